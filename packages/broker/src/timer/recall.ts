import { type Clock, type Logger, Refusal } from '@rocketeer/foundation'
import { decodeRecallHandle, isWritable, type RecallHandle } from '@rocketeer/protocol'
import { type EncodedHost, PropertyName } from '@rocketeer/protocol/record'
import type { MessageStore, MessageToStore } from '@rocketeer/store'
import { existingTopic } from '../access/access.js'
import { refusals } from '../errors.js'
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

/** Which message is cancelled, and who asks for it. */
export interface RecallRequest {
  readonly topic: string
  readonly recallHandle: string
  readonly producerGroup: string | undefined
  readonly bornHost: EncodedHost
}

/**
 * Cancels a timer message: stores a cancellation that names it in the same slot of the timer topic, so that a restart finds
 * both. Apache: RecallMessageProcessor.
 */
export class Recall {
  readonly #needs: RecallNeeds

  constructor(needs: RecallNeeds) {
    this.#needs = needs
  }

  /** Resolves to the unique key of the message that was waiting. */
  async recall(request: RecallRequest): Promise<string> {
    this.#checkPossible(request.topic)
    const handle = this.#handleOf(request)
    const record = this.#schedule(this.#cancellation(handle, request))
    const { store, stats, logger } = this.#needs
    const { recordBytes } = await store.append(record)
    stats.onPut(record.topic, 1, recordBytes)
    logger.info({ topic: handle.topic, uniqueKey: handle.uniqueKey }, 'a timer message was recalled')
    return handle.uniqueKey
  }

  #checkPossible(topic: string): void {
    const { allowRecall, brokerPermission, allowRecallWhenNotWritable } = this.#needs.config.current
    if (!allowRecall) throw refusals.RECALL_DISABLED({})
    if (!isWritable(brokerPermission) && !allowRecallWhenNotWritable) throw refusals.RECALL_NOT_WRITABLE({})
    existingTopic(this.#needs.topics, topic, 'recall')
  }

  #schedule(cancellation: MessageToStore): MessageToStore {
    try {
      const scheduled = this.#needs.scheduling.schedule(cancellation)
      if (scheduled !== undefined) return scheduled.record
    } catch (error) {
      if (error instanceof Refusal) throw refusals.RECALL_FAILED({ reason: error.message }, error)
      throw error
    }
    throw refusals.RECALL_FAILED({ reason: 'recall failed, execute error' })
  }

  /** Checks every part of the handle, which anybody could have made up. */
  #handleOf({ topic, recallHandle }: RecallRequest): RecallHandle {
    const { config, clock } = this.#needs
    const handle = decodeRecallHandle(recallHandle)
    if (handle === undefined) throw handleRefusal('recall handle is invalid')
    if (handle.topic !== topic) throw handleRefusal('recall failed, topic not match')
    const { brokerName, timerDelayMsMax } = config.current
    if (handle.brokerName !== brokerName) {
      throw handleRefusal(
        `recall failed, broker service not available: the handle is of broker ${handle.brokerName}, this is ${brokerName}`,
      )
    }
    const timeLeft = handle.timestamp - clock.now()
    if (timeLeft > 0 && timeLeft < timerDelayMsMax) return handle
    throw handleRefusal(
      timeLeft <= 0
        ? 'recall failed, timestamp invalid: the time of the message has come, it is delivered'
        : 'recall failed, timestamp invalid: no message waits that long',
    )
  }

  #cancellation({ topic, uniqueKey, timestamp }: RecallHandle, request: RecallRequest): MessageToStore {
    const { config, clock, storeHost } = this.#needs
    const cancelled = config.current.cancelWithTopic ? `${topic}+${uniqueKey}` : uniqueKey
    return ownRecord({
      topic,
      queueId: 0,
      bornTimestamp: clock.now(),
      bornHost: request.bornHost,
      storeHost: storeHost(),
      body: Buffer.from('0'),
      properties: {
        [PropertyName.TAGS]: RECALL_TAG,
        [PropertyName.TIMER_DELETE_KEY]: cancelled,
        [PropertyName.UNIQUE_KEY]: uniqueKey,
        [PropertyName.TIMER_DELIVER]: String(timestamp),
        [PropertyName.PRODUCER_GROUP]: request.producerGroup ?? '',
      },
      uniqueKey,
    })
  }
}

function handleRefusal(reason: string): Refusal {
  return refusals.RECALL_HANDLE_ILLEGAL({ reason })
}
