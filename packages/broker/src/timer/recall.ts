import type { Clock, Logger } from '@rocketeer/foundation'
import {
  decodeRecallHandle,
  isWritable,
  type RecallHandle,
  type RequestFields,
  ResponseCode,
  type ResponseFields,
} from '@rocketeer/protocol'
import type { recallMessage } from '@rocketeer/protocol/commands'
import { type EncodedHost, PropertyName } from '@rocketeer/protocol/record'
import type { Reply, Request } from '@rocketeer/remoting'
import type { MessageStore, MessageToStore } from '@rocketeer/store'
import type { Refusal } from '../errors.js'
import { ownRecord } from '../messages/own-record.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { TimerScheduling } from './timer-scheduling.js'

/** Apache: RecallMessageProcessor.RECALL_MESSAGE_TAG. */
const RECALL_TAG = '_RECALL_TAG_'

export interface RecallNeeds {
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly scheduling: TimerScheduling
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly storeHost: () => EncodedHost
}

type RecallReply = Reply & { fields?: ResponseFields<typeof recallMessage> }
export type RecallRequest = Pick<Request, 'connection'> & { fields: RequestFields<typeof recallMessage> }

/**
 * Cancels a message that waits for its time: a message that names it goes into the same slot of the timer topic, so
 * that a restart forgets neither. Apache: RecallMessageProcessor.
 */
export class Recall {
  readonly #needs: RecallNeeds

  constructor(needs: RecallNeeds) {
    this.#needs = needs
  }

  async recall(request: RecallRequest): Promise<RecallReply> {
    const { fields } = request
    const handle = this.#refusal(fields.topic) ?? this.#handleOf(fields)
    if ('code' in handle) return handle
    const cancellation = this.#cancellation(handle, request)
    const scheduled = this.#needs.scheduling.schedule(cancellation)
    if (scheduled === undefined || 'code' in scheduled) {
      return { code: ResponseCode.SYSTEM_ERROR, remark: scheduled?.remark ?? 'recall failed, execute error' }
    }
    const { store, stats, logger } = this.#needs
    const { recordBytes } = await store.append(scheduled.record)
    stats.onPut(scheduled.record.topic, 1, recordBytes)
    logger.info({ topic: handle.topic, uniqueKey: handle.uniqueKey }, 'a message that waited is recalled')
    return { fields: { msgId: handle.uniqueKey, region: this.#needs.config.current.regionId } }
  }

  #refusal(topic: string): Refusal | undefined {
    const { recallMessageEnable, brokerPermission, allowRecallWhenBrokerNotWriteable } =
      this.#needs.config.current
    if (!recallMessageEnable)
      return failed(
        ResponseCode.NO_PERMISSION,
        'operation is forbidden: set recallMessageEnable on the broker',
      )
    if (!isWritable(brokerPermission) && !allowRecallWhenBrokerNotWriteable)
      return failed(
        ResponseCode.SERVICE_NOT_AVAILABLE,
        'broker service not available: it may not be written to',
      )
    if (!this.#needs.topics.has(topic))
      return failed(ResponseCode.TOPIC_NOT_EXIST, `the topic[${topic}] not exist`)
    return undefined
  }

  /** A handle anybody could have made up: every part of it is checked. */
  #handleOf(fields: RecallRequest['fields']): RecallHandle | Refusal {
    const { config, clock } = this.#needs
    const handle = decodeRecallHandle(fields.recallHandle)
    if (handle === undefined) return illegal('recall handle is invalid')
    if (handle.topic !== fields.topic) return illegal('recall failed, topic not match')
    const { brokerName, timerMaxDelaySec } = config.current
    if (handle.brokerName !== brokerName) {
      return illegal(
        `recall failed, broker service not available: the handle is of broker ${handle.brokerName}, this is ${brokerName}`,
      )
    }
    const timeLeft = handle.timestamp - clock.now()
    if (timeLeft > 0 && timeLeft < timerMaxDelaySec * 1000) return handle
    return illegal(
      timeLeft <= 0
        ? 'recall failed, timestamp invalid: the time of the message has come, it is delivered'
        : 'recall failed, timestamp invalid: no message waits that long',
    )
  }

  #cancellation({ topic, uniqueKey, timestamp }: RecallHandle, request: RecallRequest): MessageToStore {
    const { config, clock, storeHost } = this.#needs
    const cancelled = config.current.appendTopicForTimerDeleteKey ? `${topic}+${uniqueKey}` : uniqueKey
    return ownRecord({
      topic,
      queueId: 0,
      bornTimestamp: clock.now(),
      bornHost: request.connection.remoteHost,
      storeHost: storeHost(),
      body: Buffer.from('0'),
      properties: {
        [PropertyName.TAGS]: RECALL_TAG,
        [PropertyName.TIMER_DELETE_KEY]: cancelled,
        [PropertyName.UNIQUE_KEY]: uniqueKey,
        [PropertyName.TIMER_DELIVER]: String(timestamp),
        [PropertyName.PRODUCER_GROUP]: request.fields.producerGroup ?? '',
      },
      uniqueKey,
    })
  }
}

function failed(code: number, reason: string): Refusal {
  return { code, remark: `recall failed, ${reason}` }
}

function illegal(remark: string): Refusal {
  return { code: ResponseCode.ILLEGAL_OPERATION, remark }
}
