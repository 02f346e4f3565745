import type { Clock, Logger } from '@rocketeer/foundation'
import type { Route } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { LiveConfig } from './live-config.js'

/** What the broker is made of; each handler below takes the few of these it needs. */
export interface BrokerParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly config: LiveConfig
  readonly store: MessageStore
}

/** Every request the broker answers, in one list. A code that is not here is answered "not supported" by the router. */
export function brokerRoutes(_parts: BrokerParts): Route[] {
  return []
}
