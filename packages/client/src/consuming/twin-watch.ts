import type { Clock } from '@rocketeer/foundation'
import { ConsumerConnection, getConsumerConnectionList } from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import type { Problems } from '../problems.js'
import { askAnyBroker } from '../routing/any-broker.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'

/** A client that comes back on a new connection is listed twice for a moment. */
const TWIN_MS = 20_000
/**
 * A connection that broke without a word is listed until the broker misses its heartbeats, after 120 s; it looks every
 * 10 s. Apache: ConsumerManager.CHANNEL_EXPIRED_TIMEOUT, ClientHousekeepingService.
 */
const FORGOTTEN_MS = 150_000

interface TwinWatchNeeds {
  readonly group: string
  readonly topic: string
  readonly clientId: string
  readonly brokers: Brokers
  readonly routes: RouteCache
  readonly clock: Clock
  readonly random: () => number
  readonly problems: Problems
  /** When this client last lost a connection to a broker, in milliseconds of the clock; -Infinity for never. */
  readonly lostConnectionAt: () => number
}

/**
 * Notices another process with the same client id in the same group. Brokers list the id of a member once, but their
 * connections one by one: what stays listed twice is a twin, and each of the two reports the other.
 */
export class TwinWatch {
  readonly #needs: TwinWatchNeeds
  #seenSince: number | undefined
  #reported = false

  constructor(needs: TwinWatchNeeds) {
    this.#needs = needs
  }

  /** Called after each rebalance; never rejects. */
  async look(): Promise<void> {
    const { group, clientId, clock, problems, lostConnectionAt } = this.#needs
    const addresses = await this.#addresses().catch(() => undefined)
    // Nobody answered: that is reported by those who need an answer.
    if (addresses === undefined) return
    if (addresses.length < 2) {
      this.#seenSince = undefined
      this.#reported = false
      return
    }
    const now = clock.now()
    this.#seenSince ??= now
    if (this.#reported || now - this.#seenSince < TWIN_MS || now - lostConnectionAt() < FORGOTTEN_MS) return
    this.#reported = true
    problems.report(clientErrors.CLIENT_ID_SHARED({ clientId, group, addresses }))
  }

  /** Where the connections with this client's id come from, as a broker of the group sees them. */
  async #addresses(): Promise<string[]> {
    const { group, topic, clientId, brokers, routes, random } = this.#needs
    const brokerNames = (await routes.find(topic))?.brokerNames ?? []
    if (brokerNames.length === 0) return []
    const { body } = await askAnyBroker(brokerNames, random, (brokerName) =>
      brokers.call(brokerName, getConsumerConnectionList, { consumerGroup: group }, { orAny: true }),
    )
    const own = ConsumerConnection.decode(body).connectionSet.filter((each) => each.clientId === clientId)
    return [...new Set(own.map(({ clientAddr = '' }) => clientAddr))].sort()
  }
}
