import type { Clock } from '@rocketeer/foundation'
import { DELAY_LEVELS_DEFAULT, encodeReceiptHandle, markedTopic, parseDelayLevels } from '@rocketeer/protocol'
import { changeMessageInvisibletime } from '@rocketeer/protocol/commands'
import type { Brokers } from '../routing/brokers.js'
import type { Popped } from './popped.js'

interface ChangeNeeds {
  readonly group: string
  readonly brokers: Brokers
  readonly clock: Clock
}

/** How a message is given up. */
export interface ChangeOptions {
  /** That delivery does not count; brokers before 5.5 count it all the same. */
  uncounted?: boolean
  /** The failed attempts with which the message comes back; for brokers that keep them. */
  failureHistory?: string | undefined
}

/**
 * Makes a message visible again `invisibleMs` from now, and gives it its new handle. Throws what `Brokers.call` throws; brokers refuse with
 * `NO_MESSAGE` when the message is no longer ours. Apache: DefaultMQPushConsumerImpl.changePopInvisibleTimeAsync.
 */
export async function changeInvisibleTime(
  { group, brokers, clock }: ChangeNeeds,
  popped: Popped,
  invisibleMs: number,
  { uncounted = false, failureHistory }: ChangeOptions = {},
): Promise<void> {
  const { handle, source } = popped
  const { brokerName, queueId, queueOffset } = handle
  const askedAt = clock.now()
  const { fields } = await brokers.call(brokerName, changeMessageInvisibletime, {
    consumerGroup: group,
    topic: markedTopic(source.queue.topic, group, handle.retry),
    queueId,
    extraInfo: encodeReceiptHandle(handle),
    offset: queueOffset,
    invisibleTime: invisibleMs,
    suspend: uncounted,
    bname: brokerName,
    failureHistory,
  })
  popped.handle = {
    ...handle,
    startOffset: queueOffset,
    popTime: fields.popTime,
    invisibleTime: fields.invisibleTime,
    reviveQueueId: fields.reviveQid,
  }
  popped.dueAt = askedAt + invisibleMs
}

const LEVEL_DELAYS_MS = parseDelayLevels(DELAY_LEVELS_DEFAULT)
const FIRST_RETRY_LEVEL = 3

/**
 * How long a failed message stays invisible: as long as a broker with the default delay levels delays the retry of a
 * pulled one. With level 0 the number of its deliveries decides. Apache:
 * ConsumeMessagePopConcurrentlyService.changePopInvisibleTime.
 */
export function retryDelayMs(reconsumeTimes: number, delayLevel: number): number {
  const level = delayLevel > 0 ? delayLevel : FIRST_RETRY_LEVEL + reconsumeTimes
  return LEVEL_DELAYS_MS[Math.min(level, LEVEL_DELAYS_MS.length) - 1]!
}
