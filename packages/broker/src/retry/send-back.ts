import { type Logger, messageOf } from '@rocketeer/foundation'
import { isWritable, retryTopicOf, TopicSysFlag } from '@rocketeer/protocol'
import {
  decodeProperties,
  decodeRecord,
  type EncodedHost,
  encodeMessageId,
  encodeProperties,
  type MessageProperties,
  type MessageRecord,
  PropertyName,
} from '@rocketeer/protocol/record'
import { type AppendResult, isUnstorable, type MessageStore } from '@rocketeer/store'
import { existingGroup } from '../access/access.js'
import { refusals } from '../errors.js'
import { copyOf } from '../messages/copy-of-record.js'
import { type Destination, randomQueue } from '../messages/destination.js'
import { noteFailures } from '../messages/failure-note.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import { type SetAside, whereItLies } from '../tables/set-aside.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { Appender } from '../writing/appender.js'
import { deadLetterDestination } from './dead-letters.js'

/** A message a consumer failed on. */
export interface FailedMessage {
  readonly physicalOffset: number
  readonly group: string
  /** 0: the broker chooses; negative: no retry, the message becomes a dead letter. */
  readonly delayLevel: number
  readonly unitMode: boolean
  /** Retries the consumer allows; those of the group when undefined. */
  readonly retriesMax?: number | undefined
  /** The attempts that failed, this one included, as its consumer noted them. */
  readonly failureHistory?: string | undefined
}

/** The delay level of the first retry (10 s); each further retry has the next one. */
const FIRST_RETRY_LEVEL = 3

export interface SendBackNeeds {
  readonly store: MessageStore
  readonly appender: Appender
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly setAside: SetAside
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly logger: Logger
  /** As `Math.random`; chooses the queue of the retry topic. */
  readonly random: () => number
  readonly storeHost: () => EncodedHost
}

/** Where a message goes next, and after which delay. */
interface DelayedDestination extends Destination {
  /** 0: a dead letter. */
  readonly delayLevel: number
}

/**
 * Gives a message that a consumer failed on back to its group: as a copy in the retry topic, delayed longer each time, and
 * after `retryMaxTimes` retries as a dead letter. Apache: AbstractSendMessageProcessor.consumerSendMsgBack.
 */
export class SendBack {
  readonly #needs: SendBackNeeds

  constructor(needs: SendBackNeeds) {
    this.#needs = needs
  }

  /** Resolves when a copy is stored; also when none can be, and the message is set aside. */
  async sendBack(failed: FailedMessage): Promise<void> {
    const { groups, config } = this.#needs
    const group = existingGroup(groups, failed.group, 'retry')
    const { brokerPermission, brokerName } = config.current
    if (!isWritable(brokerPermission)) throw refusals.BROKER_NOT_WRITABLE({ brokerName })
    // The group wants no retries: its failed messages are dropped.
    if (group.retryQueueNums <= 0) return
    const { physicalOffset } = failed
    const bytes = await this.#needs.store.recordAt(physicalOffset)
    if (bytes === undefined) throw refusals.SENT_BACK_MESSAGE_NOT_FOUND({ physicalOffset })
    const record = decodeRecord(bytes, 0)
    const retriesMax = failed.retriesMax ?? group.retryMaxTimes
    const dead = record.reconsumeTimes >= retriesMax || failed.delayLevel < 0
    if (!dead) await this.#prepareRetryTopic(failed, group.retryQueueNums)
    const destination = dead
      ? { ...(await deadLetterDestination(this.#needs.topics, failed.group)), delayLevel: 0 }
      : this.#retryDestination(failed, record, group.retryQueueNums)
    return this.#store(record, destination, failed)
  }

  async #prepareRetryTopic(failed: FailedMessage, queues: number): Promise<void> {
    const name = retryTopicOf(failed.group)
    const { topics } = this.#needs
    const topicSysFlag = failed.unitMode ? TopicSysFlag.UNIT_SUB : 0
    const topic = topics.get(name) ?? (await topics.ensureTopic(name, queues, { topicSysFlag }))
    if (!isWritable(topic.perm)) throw refusals.TOPIC_NOT_WRITABLE({ topic: name })
  }

  #retryDestination(failed: FailedMessage, record: MessageRecord, queues: number): DelayedDestination {
    return {
      topic: retryTopicOf(failed.group),
      queueId: randomQueue(queues, this.#needs.random),
      delayLevel: failed.delayLevel || FIRST_RETRY_LEVEL + record.reconsumeTimes,
    }
  }

  async #store(
    record: MessageRecord,
    { topic, queueId, delayLevel }: DelayedDestination,
    failed: FailedMessage,
  ): Promise<void> {
    const { appender, setAside, stats, logger, storeHost } = this.#needs
    const properties = propertiesFor(record, delayLevel)
    noteFailures(properties, failed.failureHistory)
    const message = copyOf(record, {
      topic,
      queueId,
      storeHost: storeHost(),
      reconsumeTimes: record.reconsumeTimes + 1,
      properties: encodeProperties(properties),
    })
    let stored: AppendResult
    try {
      stored = await appender.append(message, delayLevel)
    } catch (error) {
      if (!isUnstorable(error)) throw error
      // Its consumers, Apache's too, would give it back for ever, and their queue would stand still behind it.
      const facts = { ...whereItLies(record), step: 'retry', group: failed.group } as const
      return setAside.add({ ...facts, reason: messageOf(error) })
    }
    if (stored.status !== 'ok') throw refusals.SENT_BACK_MESSAGE_NOT_FLUSHED({})
    stats.onSendBack(failed.group, properties[PropertyName.RETRY_TOPIC] ?? record.topic)
    if (delayLevel === 0) {
      const facts = { group: failed.group, topic, uniqueKey: message.uniqueKey }
      logger.info(facts, 'a message was sent to the dead letters')
    }
  }
}

/** The origin's topic and id are noted at the first retry and kept at all further ones. */
function propertiesFor(record: MessageRecord, delayLevel: number): MessageProperties {
  const properties = decodeProperties(record.properties)
  const originTopic = properties[PropertyName.RETRY_TOPIC] ?? record.topic
  const originId =
    properties[PropertyName.ORIGIN_MESSAGE_ID] || encodeMessageId(record.storeHost, record.physicalOffset)
  properties[PropertyName.RETRY_TOPIC] = originTopic
  properties[PropertyName.ORIGIN_MESSAGE_ID] = originId
  properties[PropertyName.WAIT_STORE_OK] = 'false'
  properties[PropertyName.DELAY_LEVEL] = String(delayLevel)
  if (delayLevel === 0) {
    properties[PropertyName.DLQ_ORIGIN_TOPIC] = originTopic
    properties[PropertyName.DLQ_ORIGIN_MESSAGE_ID] = originId
  }
  return properties
}
