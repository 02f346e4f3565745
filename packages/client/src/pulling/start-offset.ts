import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import { getMaxOffset, getMinOffset, searchOffsetByTimestamp } from '@rocketeer/protocol/commands'
import type { ReadingConfig } from '../reading/reading-options.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { OffsetStore } from './offset-store.js'

interface StartRequest {
  queue: MessageQueue
  startFrom: ReadingConfig['startFrom']
  offsets: OffsetStore
  brokers: Brokers
}

/**
 * Where to begin in a queue: where the group stopped, else where `startFrom` says. A retry topic, whose messages are
 * all the group's own, is read from its first message with `'last'`, too; with a date, as Apache's, from its end.
 * Apache: RebalancePushImpl.computePullFromWhereWithException.
 */
export async function startOffsetOf({ queue, startFrom, offsets, brokers }: StartRequest): Promise<number> {
  const committed = await offsets.read(queue, startFrom instanceof Date)
  if (committed !== undefined) return committed
  const isRetry = queue.topic.startsWith(RETRY_TOPIC_PREFIX)
  if (startFrom === 'first') return 0
  if (startFrom === 'last') return isRetry ? 0 : behindLast({ queue, offsets, brokers })
  return isRetry ? endOf(queue, brokers) : offsetAt(queue, startFrom.getTime(), brokers)
}

/**
 * Behind the last message, except in a queue whose first message arrived since its broker said that no offset is known: of
 * a queue that was empty the broker says so, and the message in it must not be skipped. Asked again, the broker gives the
 * first offset of every queue that still has its first message.
 */
async function behindLast({ queue, offsets, brokers }: Omit<StartRequest, 'startFrom'>): Promise<number> {
  const end = await endOf(queue, brokers)
  return end === 0 ? end : ((await offsets.read(queue, false)) ?? end)
}

/** The offset of the first message there is. */
export async function beginOf(
  { topic, brokerName, queueId }: MessageQueue,
  brokers: Brokers,
): Promise<number> {
  const fields = { topic, queueId, bname: brokerName }
  return (await brokers.call(brokerName, getMinOffset, fields)).fields.offset
}

/** The offset the next message will have. */
export async function endOf({ topic, brokerName, queueId }: MessageQueue, brokers: Brokers): Promise<number> {
  const fields = { topic, queueId, committed: true, bname: brokerName }
  return (await brokers.call(brokerName, getMaxOffset, fields)).fields.offset
}

/** The offset of the first message stored at `timestamp` or later; the end when there is none. */
export async function offsetAt(queue: MessageQueue, timestamp: number, brokers: Brokers): Promise<number> {
  const { topic, brokerName, queueId } = queue
  const fields = { topic, queueId, timestamp, bname: brokerName }
  return (await brokers.call(brokerName, searchOffsetByTimestamp, fields)).fields.offset
}
