import type { SubscriptionData } from '@rocketeer/protocol/bodies'
import type { Connection } from '@rocketeer/remoting'
import { type ConsumeSettings, type Consumption, differencesOf } from './consumption.js'
import type { RegisteredClient } from './registered-client.js'

/** A consumer instance and what it consumes for one group. */
export interface GroupMember extends RegisteredClient {
  consumption: Consumption
}

/** A consumer group with connected members. Apache: ConsumerGroupInfo. */
export class ConsumerGroup {
  readonly name: string
  settings: ConsumeSettings
  fingerprint = 0
  /** By topic. */
  readonly subscriptions = new Map<string, SubscriptionData>()
  readonly members = new Map<Connection, GroupMember>()
  /** Milliseconds since the epoch. */
  updatedAt: number

  constructor(name: string, settings: ConsumeSettings, now: number) {
    this.name = name
    this.settings = settings
    this.updatedAt = now
  }

  /**
   * Each once: a client whose connection was forgotten on the way comes back on a new one before the old one is known to
   * be dead. Counted twice, it would leave queues that nobody reads (as with Apache's ConsumerGroupInfo.getAllClientId).
   */
  get clientIds(): string[] {
    return [...new Set(Array.from(this.members.values(), (member) => member.clientId))]
  }

  get broadcasting(): boolean {
    return this.settings.messageModel === 'BROADCASTING'
  }

  /** On the connection it came on last. */
  member(clientId: string): GroupMember | undefined {
    let last: GroupMember | undefined
    for (const member of this.members.values()) if (member.clientId === clientId) last = member
    return last
  }

  /**
   * Another member with the same client id that sent a heartbeat since this one's last: both are alive, while the
   * connection that a client has left sends none any more.
   */
  twinOf({ connection, clientId }: RegisteredClient): GroupMember | undefined {
    const known = this.members.get(connection)
    if (known?.clientId !== clientId) return undefined
    for (const other of this.members.values()) {
      const isTwin = other.clientId === clientId && other.connection !== connection
      if (isTwin && other.lastHeartbeatAt > known.lastHeartbeatAt) return other
    }
    return undefined
  }

  /** `joined`: the connection is new to the group; `changed`: the member consumes in another way than before. */
  putMember(client: RegisteredClient, consumption: Consumption): { joined: boolean; changed: boolean } {
    const known = this.members.get(client.connection)
    this.updatedAt = client.lastHeartbeatAt
    if (known?.clientId !== client.clientId) {
      this.members.set(client.connection, { ...client, consumption })
      return { joined: known === undefined, changed: true }
    }
    known.lastHeartbeatAt = client.lastHeartbeatAt
    const before = known.consumption
    known.consumption = { ...consumption, subscriptions: consumption.subscriptions ?? before.subscriptions }
    const learned = before.subscriptions === undefined && consumption.subscriptions !== undefined
    const changed = learned || differencesOf(this.name, before, known.consumption).length > 0
    return { joined: false, changed }
  }

  /**
   * Takes over what a heartbeat subscribes to. True when a topic was added or dropped; another expression on the same
   * topic replaces the old one silently when its version is newer. Apache: ConsumerGroupInfo.updateSubscription.
   */
  putSubscriptions(subscriptions: readonly SubscriptionData[], now: number): boolean {
    let changed = false
    const topics = new Set<string>()
    for (const subscription of subscriptions) {
      topics.add(subscription.topic)
      const known = this.subscriptions.get(subscription.topic)
      if (known === undefined) changed = true
      if (known === undefined || subscription.subVersion > known.subVersion)
        this.subscriptions.set(subscription.topic, subscription)
    }
    for (const topic of this.subscriptions.keys()) {
      if (topics.has(topic)) continue
      this.subscriptions.delete(topic)
      changed = true
    }
    this.updatedAt = now
    return changed
  }
}
