import type { Clock } from '@rocketeer/foundation'
import type { Brokers } from '../routing/brokers.js'
import type { Nameservers } from '../routing/nameservers.js'
import type { RouteCache } from '../routing/route-cache.js'

/** What the parts of `Admin` work with. */
export interface AdminNeeds {
  brokers: Brokers
  routes: RouteCache
  nameservers: Nameservers
  clock: Clock
}
