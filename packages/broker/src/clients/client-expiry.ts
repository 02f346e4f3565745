import type { Clock, Timer } from '@rocketeer/foundation'
import type { ConsumerRegistry } from './consumer-registry.js'
import type { ProducerRegistry } from './producer-registry.js'

/** Apache: ClientHousekeepingService. */
const SCAN_INTERVAL_MS = 10_000

/** Looks every 10 s for clients that stopped sending heartbeats. */
export class ClientExpiry {
  readonly #timer: Timer

  constructor(needs: { clock: Clock; consumers: ConsumerRegistry; producers: ProducerRegistry }) {
    this.#timer = needs.clock.every(SCAN_INTERVAL_MS, () => {
      needs.producers.expire()
      needs.consumers.expire()
    })
  }

  close(): void {
    this.#timer.cancel()
  }
}
