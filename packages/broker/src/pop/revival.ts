import type { Logger } from '@rocketeer/foundation'
import { PopPropertyName, popOriginTopicOf, popRetryTopicOf } from '@rocketeer/protocol'
import {
  decodeProperties,
  decodeRecord,
  encodeMessageId,
  encodeProperties,
  type MessageProperties,
  type MessageRecord,
  PropertyName,
} from '@rocketeer/protocol/record'
import type { MessageStore, MessageToStore } from '@rocketeer/store'
import { copyOf } from '../messages/copy-of-record.js'
import type { Destination } from '../messages/destination.js'
import { noteFailures } from '../messages/failure-note.js'
import type { LiveConfig } from '../options/live-config.js'
import { deadLetterDestination } from '../retry/dead-letters.js'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { CheckPoint } from './check-point.js'

/** Apache: PopAckConstants.retryQueueNum. */
const RETRY_QUEUES = 1

export interface RevivedMessage {
  readonly record: MessageRecord
  readonly copy: MessageToStore
}

export interface RevivalNeeds {
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly offsets: ConsumerOffsets
  readonly config: LiveConfig
  readonly logger: Logger
}

/**
 * Makes the copies as which messages come back that were popped and not acknowledged in time: in the retry topic that the
 * group has for their topic or, after `retryMaxTimes` retries, among its dead letters. Apache:
 * PopReviveService.reviveRetry, which never gives up.
 */
export class Revival {
  readonly #needs: RevivalNeeds

  constructor(needs: RevivalNeeds) {
    this.#needs = needs
  }

  /** `undefined` when the message, its topic or its group is gone. Rejects when the message cannot be read. */
  async copyOf(
    checkPoint: CheckPoint,
    offset: number,
    failureHistory?: string,
  ): Promise<RevivedMessage | undefined> {
    const { store, topics, groups, logger } = this.#needs
    const { topic, group, popTime, queueId } = checkPoint.id
    const config = groups.find(group)
    if (config === undefined || !topics.has(popOriginTopicOf(topic, group))) return undefined
    const read = await store.read({ topic, queueId, offset, limits: { messagesMax: 1, bytesMax: 1 } })
    const bytes = read.buffers[0]
    const record = bytes && decodeRecord(bytes, 0)
    // Expired, damaged, or of a topic that was deleted and made anew since.
    if (record === undefined || record.queueOffset !== offset || record.storeTimestamp > popTime) {
      logger.warn({ group, topic, queueId, offset }, 'a popped message cannot come back: it is gone')
      return undefined
    }
    const dead = !checkPoint.suspend && record.reconsumeTimes >= config.retryMaxTimes
    if (dead) logger.info({ group, topic, queueId, offset }, 'a popped message goes to the dead letters')
    const destination = dead
      ? await deadLetterDestination(topics, group)
      : await this.#retryDestination(checkPoint.id)
    const properties = propertiesFor(record, checkPoint, dead)
    noteFailures(properties, failureHistory)
    const copy = copyOf(record, {
      topic: destination.topic,
      queueId: destination.queueId,
      reconsumeTimes: record.reconsumeTimes + (checkPoint.suspend ? 0 : 1),
      properties: encodeProperties(properties),
    })
    return { record, copy }
  }

  async #retryDestination({ topic, group, queueId: poppedFrom }: CheckPoint['id']): Promise<Destination> {
    const { topics, offsets, config } = this.#needs
    const origin = popOriginTopicOf(topic, group)
    const { useRetryTopicV2, separateRetryQueues } = config.current
    const retryTopic = origin === topic ? popRetryTopicOf(topic, group, useRetryTopicV2 ? 2 : 1) : topic
    const queues = separateRetryQueues ? topics.get(origin)!.writeQueueNums : RETRY_QUEUES
    const present = topics.get(retryTopic) ?? (await topics.ensureTopic(retryTopic, queues))
    // The origin got more queues, or `separateRetryQueues` was switched on.
    if (present.writeQueueNums < queues)
      await topics.put([{ ...present, readQueueNums: queues, writeQueueNums: queues }])
    const queueId = separateRetryQueues && poppedFrom < queues ? poppedFrom : 0
    // The group begins with the first message of a queue that is made for it, not at its end.
    const queue = { group, topic: retryTopic, queueId }
    if (offsets.query(queue) < 0) offsets.commit(queue, 0)
    return queue
  }
}

/** The properties of the copy; a dead letter's name its origin, as those of pulling consumers do. */
function propertiesFor(record: MessageRecord, { id }: CheckPoint, dead: boolean): MessageProperties {
  const properties = decodeProperties(record.properties)
  properties[PopPropertyName.FIRST_POP_TIME] ??= String(id.popTime)
  properties[PopPropertyName.ORIGIN_GROUP] = id.group
  if (!dead) return properties
  const topic = popOriginTopicOf(id.topic, id.group)
  properties[PropertyName.RETRY_TOPIC] ??= topic
  properties[PropertyName.DLQ_ORIGIN_TOPIC] = topic
  properties[PropertyName.DLQ_ORIGIN_MESSAGE_ID] =
    properties[PropertyName.ORIGIN_MESSAGE_ID] ?? encodeMessageId(record.storeHost, record.physicalOffset)
  return properties
}
