import type { SubscriptionGroupConfig, TopicRouteData } from '@rocketeer/protocol/bodies'
import type { ConsumerConnection } from '@rocketeer/protocol/commands'
import type { TopicMessageType } from '@rocketeer/protocol/record'
import type { NameserverAnswer } from '../errors.js'
import type { Message } from '../messages/received-message.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { AdminNeeds } from './admin-needs.js'
import {
  type BrokerAddress,
  brokerConfig,
  brokerStatus,
  brokersOfCluster,
  setBrokerOptions,
  waitingByTopic,
} from './cluster.js'
import {
  deleteGroup,
  type GroupSettings,
  groupConfigs,
  groupMembers,
  groupProgress,
  putGroup,
  type QueueProgress,
} from './groups.js'
import { type MessageLife, messageLives } from './message-life.js'
import { type KeyQueryOptions, messageAt, messageById, messagesByKey } from './message-lookup.js'
import { type MessageTrace, messageTraces, type TraceQueryOptions } from './message-traces.js'
import {
  committedOffset,
  maxOffset,
  minOffset,
  offsetAt,
  resetOffset,
  setCommittedOffset,
} from './offsets.js'
import { deleteOrderConf, keepingOrderConfSecret, orderConf, setOrderConf } from './order-conf.js'
import { redeliver } from './redelivery.js'
import {
  type MessageRequestMode,
  messageRequestModes,
  type RequestModeSettings,
  setMessageRequestMode,
} from './request-mode.js'
import { groupsOfTopic, planReset, type QueueReset } from './reset-plan.js'
import {
  deleteTopic,
  putTopic,
  type QueueStats,
  type TopicSettings,
  topicNames,
  topicRoute,
  topicStats,
  topicType,
} from './topics.js'
import { drainBroker, undrainBroker, type WritePermissionChange } from './write-permission.js'

/**
 * What operators and tools do to a cluster; `client.admin()` makes one. Everything rejects with the errors of calls to
 * brokers (`BROKER_UNREACHABLE`, `BROKER_REFUSED`, …) and nameservers, and `NO_ROUTE` for topics that do not exist.
 */
export class Admin {
  readonly #needs: AdminNeeds

  constructor(needs: AdminNeeds) {
    this.#needs = needs
  }

  /** Creates a topic on every broker, or on those named. A topic that exists is changed. */
  createTopic(topic: string, settings: TopicSettings = {}): Promise<void> {
    return putTopic(this.#needs, topic, settings)
  }

  /** Changes a topic; what `settings` leaves out goes back to the default, but `order` and `type` stay as they are. */
  updateTopic(topic: string, settings: TopicSettings): Promise<void> {
    return putTopic(this.#needs, topic, settings)
  }

  /** What kind of messages a topic is declared for. */
  topicType(topic: string): Promise<TopicMessageType> {
    return topicType(this.#needs, topic)
  }

  /** Queues by broker that the nameservers keep for an order topic; undefined for others. Rejects with `ORDER_CONF_INVALID`. */
  orderConf(topic: string): Promise<Record<string, number> | undefined> {
    return orderConf(this.#needs, topic)
  }

  /**
   * Which queues an order topic is sent to, `{ 'broker-a': 8, 'broker-b': 8 }`: all of them, and no others. Resolves to
   * the nameservers that did not take it. Rejects with `ORDER_CONF_INVALID`.
   */
  setOrderConf(topic: string, queues: Readonly<Record<string, number>>): Promise<NameserverAnswer[]> {
    return setOrderConf(this.#needs, topic, queues)
  }

  /** Producers send to the queues there are again. Resolves to the nameservers that did not take it. */
  deleteOrderConf(topic: string): Promise<NameserverAnswer[]> {
    return deleteOrderConf(this.#needs, topic)
  }

  /** Nameservers without `orderMessageEnable`: clients that ask them do not hear of order configurations. */
  nameserversWithoutOrder(): Promise<string[]> {
    return keepingOrderConfSecret(this.#needs)
  }

  /** Its messages cannot be read any more. */
  deleteTopic(topic: string): Promise<void> {
    return deleteTopic(this.#needs, topic)
  }

  /** Names, sorted; RocketMQ's own only with `system`. */
  topics({ system = false }: { system?: boolean } = {}): Promise<string[]> {
    return topicNames(this.#needs, system)
  }

  /** Where the topic's queues are. */
  route(topic: string): Promise<TopicRouteData> {
    return topicRoute(this.#needs, topic)
  }

  /** Offsets of each queue. */
  topicStats(topic: string): Promise<QueueStats[]> {
    return topicStats(this.#needs, topic)
  }

  /** The queues of a topic that can be read. */
  async queues(topic: string): Promise<MessageQueue[]> {
    return [...(await this.#needs.routes.existing(topic)).readQueues]
  }

  /** Every broker process. */
  brokers(): Promise<BrokerAddress[]> {
    return brokersOfCluster(this.#needs)
  }

  /** Brokers by cluster name. */
  async clusters(): Promise<Record<string, BrokerAddress[]>> {
    const clusters: Record<string, BrokerAddress[]> = {}
    for (const broker of await this.brokers()) {
      clusters[broker.cluster] ??= []
      clusters[broker.cluster]!.push(broker)
    }
    return clusters
  }

  /** The configuration of a master under Apache's names. */
  brokerConfig(brokerName: string): Promise<Record<string, string>> {
    return brokerConfig(this.#needs, brokerName)
  }

  /** Figures of a running master under Apache's names. */
  brokerStatus(brokerName: string): Promise<Record<string, string>> {
    return brokerStatus(this.#needs, brokerName)
  }

  /** Changes options of a running master by Apache's names; all of them, or none and `BROKER_REFUSED`. */
  setBrokerOptions(brokerName: string, options: Readonly<Record<string, string>>): Promise<void> {
    return setBrokerOptions(this.#needs, brokerName, options)
  }

  /** How many messages of a topic wait on a master for their time, those of delay levels left out. */
  waitingByTopic(brokerName: string): Promise<Record<string, number>> {
    return waitingByTopic(this.#needs, brokerName)
  }

  /**
   * Before maintenance: producers that ask a nameserver from now on send elsewhere, at the latest after their
   * `pollRouteIntervalMs`; consumers go on until everything is read. Ends with `undrainBroker`, or when the broker stops.
   */
  drainBroker(brokerName: string): Promise<WritePermissionChange> {
    return drainBroker(this.#needs, brokerName)
  }

  undrainBroker(brokerName: string): Promise<WritePermissionChange> {
    return undrainBroker(this.#needs, brokerName)
  }

  /** Creates a consumer group on every broker, or on those named, or changes it. */
  createGroup(group: string, settings: GroupSettings = {}): Promise<void> {
    return putGroup(this.#needs, group, settings)
  }

  /** With its offsets. */
  deleteGroup(group: string): Promise<void> {
    return deleteGroup(this.#needs, group)
  }

  /**
   * Has a group pull or pop a topic, on every broker or on those named. Consumers with `assignedBy: 'broker'` follow with
   * their next rebalance, within 20 s.
   */
  setMessageRequestMode(
    group: string,
    topic: string,
    mode: MessageRequestMode['mode'],
    settings: RequestModeSettings = {},
  ): Promise<void> {
    return setMessageRequestMode(this.#needs, group, topic, mode, settings)
  }

  /** What was set, by broker name. */
  messageRequestModes(group: string, topic: string): Promise<Map<string, MessageRequestMode>> {
    return messageRequestModes(this.#needs, group, topic)
  }

  /** Sorted by name; those of RocketMQ's own tools only with `system`. */
  groups({ system = false }: { system?: boolean } = {}): Promise<SubscriptionGroupConfig[]> {
    return groupConfigs(this.#needs, system)
  }

  /** How far a group is behind, queue by queue, of one topic or of all it consumes (its retry topic among them). */
  progress(group: string, topic?: string): Promise<QueueProgress[]> {
    return groupProgress(this.#needs, group, topic)
  }

  /** Groups that subscribe to the topic now or have an offset in it. */
  groupsOfTopic(topic: string): Promise<string[]> {
    return groupsOfTopic(this.#needs, topic)
  }

  /** Who consumes in a group now; undefined when nobody does. */
  members(group: string): Promise<ConsumerConnection | undefined> {
    return groupMembers(this.#needs, group)
  }

  /** By offset message id, or by unique id when `topic` is given. Rejects with `MESSAGE_NOT_FOUND`. */
  messageById(messageId: string, topic?: string): Promise<Message> {
    return messageById(this.#needs, messageId, topic)
  }

  /** Newest first. */
  messagesByKey(topic: string, key: string, options: KeyQueryOptions = {}): Promise<Message[]> {
    return messagesByKey(this.#needs, topic, key, options)
  }

  /**
   * What became of each message with this id or key: where it is stored, and for every group whether it was consumed,
   * its retries, dead letter and replays. Rejects with `MESSAGE_NOT_FOUND`.
   */
  messageLives(idOrKey: string, topic?: string): Promise<MessageLife[]> {
    return messageLives(this.#needs, idOrKey, topic)
  }

  /** What clients that trace noted about the messages with this id or key, in the order of time; it may come late. */
  messageTraces(idOrKey: string, options: TraceQueryOptions = {}): Promise<MessageTrace[]> {
    return messageTraces(this.#needs, idOrKey, options)
  }

  /** Rejects with `MESSAGE_NOT_FOUND`. */
  messageAt(queue: MessageQueue, offset: number): Promise<Message> {
    return messageAt(this.#needs, queue, offset)
  }

  /**
   * Gives a message to one group again, as a first delivery; other groups of its topic do not see it. Its unique id,
   * keys, tag and own properties stay as they are.
   */
  redeliver(message: Message, group: string): Promise<void> {
    return redeliver(this.#needs, message, group)
  }

  minOffset(queue: MessageQueue): Promise<number> {
    return minOffset(this.#needs, queue)
  }

  /** One more than the offset of the last message. */
  maxOffset(queue: MessageQueue): Promise<number> {
    return maxOffset(this.#needs, queue)
  }

  /** The offset of the first message stored at or after a time. */
  offsetAt(queue: MessageQueue, time: Date | number): Promise<number> {
    return offsetAt(this.#needs, queue, Number(time))
  }

  /** Undefined when the group never committed in this queue. */
  committedOffset(group: string, queue: MessageQueue): Promise<number | undefined> {
    return committedOffset(this.#needs, group, queue)
  }

  /** While nobody of the group runs; use `resetOffset` otherwise. */
  setCommittedOffset(group: string, queue: MessageQueue, offset: number): Promise<void> {
    return setCommittedOffset(this.#needs, group, queue, offset)
  }

  /** Sets a group to a past time in all queues, running or not; `'end'` skips everything. Rejects with `RESET_INVALID`. */
  resetOffset(group: string, topic: string, to: Date | number | 'end'): Promise<[MessageQueue, number][]> {
    return resetOffset(this.#needs, group, topic, to === 'end' ? -1 : Number(to))
  }

  /** What `resetOffset` would do now; nothing is changed. */
  planReset(group: string, topic: string, to: Date | number | 'end'): Promise<QueueReset[]> {
    return planReset(this.#needs, group, topic, to === 'end' ? -1 : Number(to))
  }
}
