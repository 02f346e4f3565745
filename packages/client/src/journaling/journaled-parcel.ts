import { BatchMessages } from '@rocketeer/protocol/bodies'
import { sendBatchMessage, sendMessageV2 } from '@rocketeer/protocol/commands'
import {
  encodeProperty,
  findProperty,
  joinProperties,
  PropertyName,
  withoutProperty,
} from '@rocketeer/protocol/record'
import type { JournalHead, JournalRecord } from '../journal/record.js'
import type { Parcel } from '../sending/parcel.js'

/** How the queue of a parcel is chosen; empty when any will do. */
export type Target = Pick<JournalHead, 'orderKey' | 'queue'>

/** Messages that are delivered in one request: so many, of so many bytes, and sent within so many milliseconds. */
const GROUP_MESSAGES_MAX = 128
const GROUP_BYTES_MAX = 256 * 1024
const GROUP_MS_MAX = 1_000

/** Properties of messages that go alone: brokers take none of them in a batch. */
const ALONE = [
  PropertyName.DELAY_LEVEL,
  PropertyName.TIMER_DELIVER,
  PropertyName.TIMER_DELAY_MS,
  PropertyName.PRIORITY,
]

/**
 * A parcel as it goes into a journal. A delay in milliseconds counts from the send; a delay level, whose length only brokers
 * know, from the delivery.
 */
export function recordOf(
  { topic, properties, flag, sysFlag, batch, body }: Parcel,
  target: Target,
  { now, perhapsStored }: { now: number; perhapsStored: boolean },
): JournalRecord {
  const head = { topic, properties: withDueTime(properties, now), flag, sysFlag, batch, perhapsStored }
  const messages = batch ? BatchMessages.decode(body).length : 1
  return { ...head, ...target, messages, bornTimestamp: now, journaledAt: now, body }
}

/** The messages that go together, from the first of `records` on. */
export function groupOf(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const first = records[0]!
  if (!mayShare(first)) return [first]
  let bytes = 0
  const end = records.findIndex((record, index) => {
    bytes += record.body.length + record.properties.length
    const fits = index < GROUP_MESSAGES_MAX && bytes <= GROUP_BYTES_MAX
    const isNear = Math.abs(record.bornTimestamp - first.bornTimestamp) <= GROUP_MS_MAX
    return index > 0 && !(fits && isNear && mayShare(record) && record.orderKey === first.orderKey)
  })
  return end < 0 ? records : records.slice(0, end)
}

/** The request that delivers a group; the messages keep their unique ids. */
export function parcelOf(group: readonly JournalRecord[]): Parcel {
  const first = group[0]!
  const { topic, bornTimestamp } = first
  if (group.length > 1) {
    const body = BatchMessages.encode(group)
    const batch = { command: sendBatchMessage, batch: true, properties: '', sysFlag: 0, flag: 0 }
    return { ...batch, topic, body, bornTimestamp }
  }
  const { body, properties, sysFlag, flag, batch } = first
  const command = batch ? sendBatchMessage : sendMessageV2
  return { command, topic, body, properties, sysFlag, flag, batch, bornTimestamp }
}

function mayShare({ batch, sysFlag, properties, topic }: JournalRecord): boolean {
  if (batch || sysFlag !== 0 || topic.startsWith('%')) return false
  return ALONE.every((name) => findProperty(properties, name) === undefined)
}

function withDueTime(properties: string, now: number): string {
  const delayMs = findProperty(properties, PropertyName.TIMER_DELAY_MS)
  if (delayMs === undefined) return properties
  const dueTime = encodeProperty(PropertyName.TIMER_DELIVER, String(now + Number(delayMs)))
  return joinProperties(withoutProperty(properties, PropertyName.TIMER_DELAY_MS), dueTime)
}
