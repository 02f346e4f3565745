import type { Clock } from '@rocketeer/foundation'
import type { TimerMetrics } from '@rocketeer/protocol/commands'
import { decodeProperties, type MessageRecord, PropertyName, timerOutAt } from '@rocketeer/protocol/record'
import { CancelledTimers } from './cancelled-timers.js'
import { readTimers, type TimerRecordStore } from './timer-records.js'

const READ_MESSAGES_MAX = 256

/**
 * How many of the waiting messages belong to which topic; `offsets` are their queue offsets in the timer topic. Topics are
 * not kept in memory, so the records are read: a hundred thousand of them take about a second. They are read backwards,
 * because a cancellation is stored after the message it recalls, which is not counted. Apache: TimerMetrics.
 */
export async function timerMetrics(
  { store, clock }: { store: TimerRecordStore; clock: Clock },
  offsets: Float64Array,
): Promise<TimerMetrics> {
  const timingCount: TimerMetrics['timingCount'] = new Map()
  const cancelled = new CancelledTimers()
  for (const [start, count] of [...runs(offsets)].reverse()) {
    for (const record of (await readRun(store, start, count)).reverse()) {
      const properties = decodeProperties(record.properties)
      const topic = properties[PropertyName.REAL_TOPIC]
      const outAt = timerOutAt(record.properties)
      const cancels = properties[PropertyName.TIMER_DELETE_KEY]
      if (cancels !== undefined) cancelled.add(outAt, cancels)
      if (topic === undefined || cancels !== undefined) continue
      if (cancelled.has(outAt, topic, properties[PropertyName.UNIQUE_KEY])) continue
      const metric = timingCount.get(topic) ?? { count: 0, timeStamp: 0 }
      metric.count++
      metric.timeStamp = Math.max(metric.timeStamp, record.storeTimestamp)
      timingCount.set(topic, metric)
    }
  }
  return { timingCount, dataVersion: { stateVersion: 0, timestamp: clock.now(), counter: 0 } }
}

/** Runs of offsets that follow each other. */
function* runs(offsets: Float64Array): Generator<[start: number, count: number]> {
  const sorted = offsets.slice().sort()
  for (let at = 0; at < sorted.length; ) {
    const start = sorted[at]!
    let count = 1
    while (count < READ_MESSAGES_MAX && sorted[at + count] === start + count) count++
    yield [start, count]
    at += count
  }
}

/** Reads on while records are missing, as reads give fewer when these are large; a lost record ends the run. */
async function readRun(store: TimerRecordStore, start: number, count: number) {
  const read: MessageRecord[] = []
  while (read.length < count) {
    const records = await readTimers(store, start + read.length, count - read.length)
    if (records[0]?.queueOffset !== start + read.length) break
    read.push(...records.slice(0, count - read.length))
  }
  return read
}
