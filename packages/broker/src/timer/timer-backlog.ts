import { type FileSystem, readReplaced } from '@rocketeer/files'
import { isRocketeerError } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { TimerCheckpoint } from '@rocketeer/protocol/bodies'
import { decodeRecord, TIMER_SLOT_MS_MAX, timerWakeAt } from '@rocketeer/protocol/record'
import type { MessageStore, QueueEntry } from '@rocketeer/store'
import { PendingTimers } from './pending-timers.js'
import { TIMER_QUEUE } from './timer-records.js'

/** Entries of 20 bytes that one read takes. */
const ENTRIES_MAX = 8192

/** Tag hashes fit into 32 bits; times in milliseconds are longer since 1970. */
const TAG_HASH_END = 2 ** 32

export interface TimerBacklog {
  readonly pending: PendingTimers
  /** Queue offset after the last message looked at. */
  readonly queueOffset: number
  /** Queue offsets, in order, of records that are done but may cancel messages of a slot that was not over. */
  readonly possibleCancellations: readonly number[]
}

/** Undefined when the file is missing, empty or holds no checkpoint. */
export async function readTimerCheckpoint(
  files: FileSystem,
  path: string,
): Promise<TimerCheckpoint | undefined> {
  const decode = (page: Buffer) => ({ checkpoint: TimerCheckpoint.decode(page) })
  try {
    return (await readReplaced(files, { path, decode })).content?.checkpoint
  } catch (error) {
    if (isRocketeerError(error, 'FILE_BROKEN')) return undefined
    throw error
  }
}

/**
 * What waits in the timer topic, from its consume queue alone: 20 bytes per message from the first one that waited on,
 * no matter how long the broker was down. Without `checkpoint` everything in the queue waits.
 */
export async function loadBacklog(
  store: MessageStore,
  checkpoint: TimerCheckpoint | undefined,
): Promise<TimerBacklog> {
  const end = store.maxOffset(SystemTopic.TIMER, TIMER_QUEUE)
  // A log that lost its end gives these offsets to new messages.
  const known = Math.min(checkpoint?.queueOffset ?? 0, end)
  const pending = new PendingTimers()
  const possibleCancellations: number[] = []
  let offset = Math.max(
    store.minOffset(SystemTopic.TIMER, TIMER_QUEUE),
    Math.min(checkpoint?.firstOffset ?? 0, known),
  )
  while (offset < end) {
    const entries = await store.entries(SystemTopic.TIMER, TIMER_QUEUE, offset, ENTRIES_MAX)
    if (entries.length === 0) break
    for (const entry of entries) {
      const wakeAt = entry.tagsCode > TAG_HASH_END ? entry.tagsCode : await recordWakeAt(store, entry, offset)
      if (wakeAt !== undefined) {
        if (offset >= known || waits(checkpoint!, wakeAt, offset)) pending.push(wakeAt, offset)
        else if (wakeAt > checkpoint!.wakeAt - TIMER_SLOT_MS_MAX) possibleCancellations.push(offset)
      }
      offset++
    }
  }
  return { pending, queueOffset: offset, possibleCancellations }
}

function waits(checkpoint: TimerCheckpoint, wakeAt: number, offset: number): boolean {
  return wakeAt > checkpoint.wakeAt || (wakeAt === checkpoint.wakeAt && offset >= checkpoint.wakeOffset)
}

/** The time of a record whose entry does not hold it: Apache's brokers write tag hashes, a lost record leaves a blank. */
async function recordWakeAt(
  store: MessageStore,
  entry: QueueEntry,
  offset: number,
): Promise<number | undefined> {
  const bytes = await store.recordAt(entry.physicalOffset)
  if (bytes === undefined) return undefined
  const record = decodeRecord(bytes, 0)
  if (record.topic !== SystemTopic.TIMER || record.queueOffset !== offset) return undefined
  return timerWakeAt(record.properties, record.storeTimestamp)
}
