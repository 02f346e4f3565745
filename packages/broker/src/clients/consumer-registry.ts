import type { Clock, Logger } from '@rocketeer/foundation'
import type { SubscriptionData } from '@rocketeer/protocol/bodies'
import { notifyConsumerIdsChanged } from '@rocketeer/protocol/commands'
import type { Connection } from '@rocketeer/remoting'
import type { LiveConfig } from '../options/live-config.js'
import { ClientExpiry } from './client-expiry.js'
import { ConsumerGroup, type GroupMember } from './consumer-group.js'
import type { ConsumeSettings } from './consumption.js'
import { MismatchWarnings } from './mismatch-warnings.js'
import type { RegisteredClient } from './registered-client.js'

/** One consumer's part of a heartbeat. */
export interface ConsumerRegistration {
  group: string
  client: RegisteredClient
  settings: ConsumeSettings
  /** `undefined`: the heartbeat came without subscriptions, because they have not changed (heartbeat v2). */
  subscriptions: readonly SubscriptionData[] | undefined
  /** Stands for the subscriptions in heartbeats v2; 0 in v1. */
  fingerprint: number
  /** `notifyConsumerIdsChangedEnable` of the group. */
  notify: boolean
}

/**
 * The connected members of consumer groups, kept alive by heartbeats. The members of a group are told at once when one
 * joins or leaves, so that they need not wait for the next rebalance. Apache: ConsumerManager.
 */
export class ConsumerRegistry {
  readonly #needs: { clock: Clock; logger: Logger; config: LiveConfig }
  readonly #groups = new Map<string, ConsumerGroup>()
  readonly #groupsByConnection = new Map<Connection, Set<string>>()
  /** Registrations that wait for the file of topics. */
  readonly #arriving = new WeakMap<Connection, Promise<unknown>>()
  readonly #expiry: ClientExpiry<GroupMember>
  readonly #mismatches: MismatchWarnings

  constructor(needs: { clock: Clock; logger: Logger; config: LiveConfig }) {
    this.#needs = needs
    this.#mismatches = new MismatchWarnings(needs)
    this.#expiry = new ClientExpiry({
      ...needs,
      clients: () => this.#members(),
      onExpired: (group, { clientId, connection }) => {
        needs.logger.warn({ group, clientId }, 'consumer expired: no heartbeat')
        this.unregister(group, connection, true)
      },
    })
  }

  get(group: string): ConsumerGroup | undefined {
    return this.#groups.get(group)
  }

  groups(): IterableIterator<ConsumerGroup> {
    return this.#groups.values()
  }

  /** The fingerprint in the last heartbeat of any member. */
  fingerprint(group: string): number | undefined {
    return this.#groups.get(group)?.fingerprint
  }

  /** Names of the connected groups that subscribe to `topic`. */
  groupsOf(topic: string): string[] {
    const names: string[] = []
    for (const group of this.#groups.values()) if (group.subscriptions.has(topic)) names.push(group.name)
    return names
  }

  /** True when the group's members or topics changed. */
  register(registration: ConsumerRegistration): boolean {
    const { client, settings, subscriptions } = registration
    const group = this.#groupFor(registration)
    const twin = group.broadcasting ? undefined : group.twinOf(client)
    if (twin) this.#mismatches.twinsFound(group.name, [twin, client])
    group.settings = settings
    group.fingerprint = registration.fingerprint
    const { joined, changed } = group.putMember(client, { settings, subscriptions })
    if (changed) this.#mismatches.consumersChanged(group)
    this.#expiry.heard(client)
    this.#follow(client.connection, group.name)
    const resubscribed =
      subscriptions !== undefined && group.putSubscriptions(subscriptions, client.lastHeartbeatAt)
    if (!joined && !resubscribed) return false
    if (joined) {
      this.#needs.logger.info(
        { group: group.name, clientId: client.clientId, address: client.connection.remoteAddress },
        'consumer connected',
      )
    }
    if (registration.notify) this.#notify(group)
    return true
  }

  /** Notes a registration under way, so that a client that leaves at once is not registered after it has left. */
  arriving<Answer>(connection: Connection, registration: Promise<Answer>): Promise<Answer> {
    const done = Promise.allSettled([this.#arriving.get(connection), registration]).then(() => undefined)
    this.#arriving.set(connection, done)
    return registration
  }

  /** Resolves when the registrations the client has asked for before are done; `undefined` when there are none. */
  arrived(connection: Connection): Promise<unknown> | undefined {
    return this.#arriving.get(connection)
  }

  unregister(groupName: string, connection: Connection, notify: boolean): void {
    const group = this.#groups.get(groupName)
    if (group) this.#leave(group, connection, notify)
  }

  /** Lets the members of a group divide its queues again. */
  tellMembers(groupName: string): void {
    const group = this.#groups.get(groupName)
    if (group) this.#notify(group)
  }

  /** Lets the members of all groups that subscribe to `topic` look at its queues again; they may have found none yet. */
  tellSubscribers(topic: string): void {
    for (const group of this.#groups.values()) if (group.subscriptions.has(topic)) this.#tell(group)
  }

  close(): void {
    this.#expiry.close()
  }

  *#members(): Generator<readonly [string, GroupMember]> {
    for (const group of this.#groups.values())
      for (const member of group.members.values()) yield [group.name, member]
  }

  #groupFor({ group: name, settings, client }: ConsumerRegistration): ConsumerGroup {
    let group = this.#groups.get(name)
    if (group === undefined) {
      group = new ConsumerGroup(name, settings, client.lastHeartbeatAt)
      this.#groups.set(name, group)
    }
    return group
  }

  #follow(connection: Connection, group: string): void {
    let groups = this.#groupsByConnection.get(connection)
    if (groups === undefined) {
      groups = new Set()
      this.#groupsByConnection.set(connection, groups)
      connection.onClose(() => this.#disconnected(connection))
    }
    groups.add(group)
  }

  #disconnected(connection: Connection): void {
    for (const name of this.#groupsByConnection.get(connection) ?? []) {
      const group = this.#groups.get(name)
      if (group) this.#leave(group, connection, true)
    }
    this.#groupsByConnection.delete(connection)
  }

  #leave(group: ConsumerGroup, connection: Connection, notify: boolean): void {
    const member = group.members.get(connection)
    if (member === undefined) return
    group.members.delete(connection)
    this.#groupsByConnection.get(connection)?.delete(group.name)
    this.#needs.logger.info({ group: group.name, clientId: member.clientId }, 'consumer left')
    if (group.members.size === 0) {
      this.#groups.delete(group.name)
      this.#mismatches.groupGone('consumer', group.name)
    }
    if (notify) this.#notify(group)
  }

  /** Tells the members that the group changed; those of a broadcasting group need not know, as they share no queues. */
  #notify(group: ConsumerGroup): void {
    if (!group.broadcasting) this.#tell(group)
  }

  #tell(group: ConsumerGroup): void {
    if (!this.#needs.config.current.notifyGroupChanges) return
    for (const connection of group.members.keys()) {
      if (!connection.closed) connection.oneway(notifyConsumerIdsChanged, { consumerGroup: group.name })
    }
  }
}
