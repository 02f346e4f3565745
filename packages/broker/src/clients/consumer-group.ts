import type { ConsumerData, SubscriptionData } from '@rocketeer/protocol'
import type { Connection } from '@rocketeer/remoting'
import type { RegisteredClient } from './registered-client.js'

/** How the members of a group consume, as each heartbeat says anew. */
export type ConsumeSettings = Pick<ConsumerData, 'consumeType' | 'messageModel' | 'consumeFromWhere'>

/** A consumer group somebody is connected for. Apache: ConsumerGroupInfo. */
export class ConsumerGroup {
  readonly name: string
  settings: ConsumeSettings
  fingerprint = 0
  /** By topic. */
  readonly subscriptions = new Map<string, SubscriptionData>()
  readonly members = new Map<Connection, RegisteredClient>()
  /** Milliseconds since the epoch. */
  updatedAt: number

  constructor(name: string, settings: ConsumeSettings, now: number) {
    this.name = name
    this.settings = settings
    this.updatedAt = now
  }

  get clientIds(): string[] {
    return Array.from(this.members.values(), (member) => member.clientId)
  }

  get broadcasting(): boolean {
    return this.settings.messageModel === 'BROADCASTING'
  }

  member(clientId: string): RegisteredClient | undefined {
    for (const member of this.members.values()) if (member.clientId === clientId) return member
    return undefined
  }

  /** True when the connection is new to the group. */
  putMember(client: RegisteredClient): boolean {
    const known = this.members.get(client.connection)
    this.updatedAt = client.lastHeartbeatAt
    if (known?.clientId === client.clientId) {
      known.lastHeartbeatAt = client.lastHeartbeatAt
      return false
    }
    this.members.set(client.connection, client)
    return known === undefined
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
