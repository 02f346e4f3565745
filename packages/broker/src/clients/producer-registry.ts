import type { Clock, Logger } from '@rocketeer/foundation'
import type { Connection } from '@rocketeer/remoting'
import type { LiveConfig } from '../options/live-config.js'
import { ClientExpiry } from './client-expiry.js'
import { MismatchWarnings } from './mismatch-warnings.js'
import type { RegisteredClient } from './registered-client.js'

/** A connection with more unsent bytes than this is only asked when there is no other. */
const BUFFERED_BYTES_MAX = 1024 * 1024

/** The connected members of producer groups, kept alive by heartbeats. Apache: ProducerManager. */
export class ProducerRegistry {
  readonly #needs: { clock: Clock; logger: Logger; config: LiveConfig }
  readonly #groups = new Map<string, Map<Connection, RegisteredClient>>()
  readonly #followed = new WeakSet<Connection>()
  #turn = 0
  readonly #expiry: ClientExpiry<RegisteredClient>
  readonly #mismatches: MismatchWarnings

  constructor(needs: { clock: Clock; logger: Logger; config: LiveConfig }) {
    this.#needs = needs
    this.#mismatches = new MismatchWarnings(needs)
    this.#expiry = new ClientExpiry({
      ...needs,
      clients: () => this.#clients(),
      onExpired: (group, { clientId, connection }) => {
        needs.logger.warn({ group, clientId }, 'producer expired: no heartbeat')
        this.unregister(group, connection)
      },
    })
  }

  /** The connected members of a group; empty when there are none. */
  members(group: string): RegisteredClient[] {
    return [...(this.#groups.get(group)?.values() ?? [])]
  }

  /**
   * The member to ask something, each in turn; one that keeps up with what is sent to it, if there is any.
   * Apache: ProducerManager.getAvailableChannel.
   */
  next(group: string): RegisteredClient | undefined {
    const members = this.members(group).filter(({ connection }) => !connection.closed)
    const turn = this.#turn++
    const inTurn = members.map((_, index) => members[(turn + index) % members.length]!)
    return inTurn.find(({ connection }) => connection.bufferedBytes < BUFFERED_BYTES_MAX) ?? inTurn[0]
  }

  /**
   * The connected producer with this id, of whatever group, on the connection it came on last. Apache:
   * ProducerManager.findChannel.
   */
  withClientId(clientId: string): RegisteredClient | undefined {
    let last: RegisteredClient | undefined
    for (const members of this.#groups.values()) {
      for (const member of members.values()) {
        if (member.clientId !== clientId || member.connection.closed) continue
        if (last === undefined || member.connection.id > last.connection.id) last = member
      }
    }
    return last
  }

  groupNames(): string[] {
    return [...this.#groups.keys()]
  }

  register(group: string, client: RegisteredClient): void {
    let members = this.#groups.get(group)
    if (members === undefined) {
      members = new Map()
      this.#groups.set(group, members)
    }
    const known = members.has(client.connection)
    members.set(client.connection, client)
    if (!known) {
      this.#needs.logger.info({ group, clientId: client.clientId }, 'producer connected')
      this.#mismatches.producersChanged(group, members.values())
    }
    this.#expiry.heard(client)
    if (this.#followed.has(client.connection)) return
    this.#followed.add(client.connection)
    client.connection.onClose(() => this.#disconnected(client.connection))
  }

  unregister(group: string, connection: Connection): void {
    const members = this.#groups.get(group)
    if (!members?.delete(connection)) return
    if (members.size > 0) return
    this.#groups.delete(group)
    this.#mismatches.groupGone('producer', group)
  }

  close(): void {
    this.#expiry.close()
  }

  *#clients(): Generator<readonly [string, RegisteredClient]> {
    for (const [group, members] of this.#groups) for (const member of members.values()) yield [group, member]
  }

  #disconnected(connection: Connection): void {
    for (const group of this.groupNames()) this.unregister(group, connection)
  }
}
