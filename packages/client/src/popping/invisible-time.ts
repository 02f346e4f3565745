import type { Clock } from '@rocketeer/foundation'
import { encodeReceiptHandle, markedTopic } from '@rocketeer/protocol'
import { changeMessageInvisibletime } from '@rocketeer/protocol/commands'
import type { Brokers } from '../routing/brokers.js'
import type { Popped } from './popped.js'

interface ChangeNeeds {
  readonly group: string
  readonly brokers: Brokers
  readonly clock: Clock
}

/**
 * Makes a message visible again `invisibleMs` from now, and gives it its new handle. `uncounted`: that delivery does
 * not count (brokers before 5.5 count it all the same). Throws what `Brokers.call` throws; brokers refuse with
 * `NO_MESSAGE` when the message is no longer ours. Apache: DefaultMQPushConsumerImpl.changePopInvisibleTimeAsync.
 */
export async function changeInvisibleTime(
  { group, brokers, clock }: ChangeNeeds,
  popped: Popped,
  invisibleMs: number,
  { uncounted = false } = {},
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

/** Seconds by level, from 1 on. Apache: MessageStoreConfig.messageDelayLevel, of which popDelayLevel is the part from 3 on. */
const LEVEL_SECONDS = [
  ...[1, 5, 10, 30],
  ...[60, 120, 180, 240, 300, 360, 420, 480, 540, 600],
  ...[1_200, 1_800, 3_600, 7_200],
]
const FIRST_RETRY_LEVEL = 3

/**
 * How long a failed message stays invisible: as long as a broker with the default delay levels delays the retry of a
 * pulled one. With level 0 the number of its deliveries decides. Apache:
 * ConsumeMessagePopConcurrentlyService.changePopInvisibleTime.
 */
export function retryDelayMs(reconsumeTimes: number, delayLevel: number): number {
  const level = delayLevel > 0 ? delayLevel : FIRST_RETRY_LEVEL + reconsumeTimes
  return LEVEL_SECONDS[Math.min(level, LEVEL_SECONDS.length) - 1]! * 1_000
}
