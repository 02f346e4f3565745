import { type Clock, DeadlineTimer } from '@rocketeer/foundation'
import type { LiveConfig } from '../options/live-config.js'
import type { RegisteredClient } from './registered-client.js'

interface Needs<Client> {
  readonly clock: Clock
  readonly config: LiveConfig
  /** Every registered client with the name of its group. */
  readonly clients: () => Iterable<readonly [group: string, client: Client]>
  /** Called for each client that expires, before its connection is closed. */
  readonly onExpired: (group: string, client: Client) => void
}

/**
 * Drops clients that have not been heard from for `clientExpiryMs`, and closes their connections.
 * Apache: ClientHousekeepingService.
 */
export class ClientExpiry<Client extends RegisteredClient> {
  readonly #needs: Needs<Client>
  readonly #timer: DeadlineTimer

  constructor(needs: Needs<Client>) {
    this.#needs = needs
    this.#timer = new DeadlineTimer(needs.clock, () => this.#expire())
  }

  /** Called at each heartbeat. */
  heard(client: RegisteredClient): void {
    this.#timer.arm(this.#expiresAt(client))
  }

  close(): void {
    this.#timer.close()
  }

  /** Returns when the next client expires unless it is heard from before. */
  #expire(): number {
    const { clock, clients, onExpired } = this.#needs
    const now = clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const [group, client] of [...clients()]) {
      // By a clock that was set back it would be kept for as long as that.
      client.lastHeartbeatAt = Math.min(client.lastHeartbeatAt, now)
      const expiresAt = this.#expiresAt(client)
      if (expiresAt > now) {
        next = Math.min(next, expiresAt)
        continue
      }
      onExpired(group, client)
      client.connection.close()
    }
    return next
  }

  #expiresAt({ lastHeartbeatAt }: RegisteredClient): number {
    return lastHeartbeatAt + this.#needs.config.current.clientExpiryMs + 1
  }
}
