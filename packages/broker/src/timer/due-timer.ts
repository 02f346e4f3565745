import { SystemTopic } from '@rocketeer/protocol'
import {
  decodeProperties,
  encodeProperties,
  findProperty,
  type MessageRecord,
  PROPERTIES_BYTES_MAX,
  PropertyName,
  timerDueAt,
  timerOutAt,
  timerWakeAt,
  withProperties,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { deliveredCopy, deliveryDestination } from '../delay/delivered-copy.js'
import { copyOf } from '../messages/copy-of-record.js'
import type { CancelledTimers } from './cancelled-timers.js'
import type { PendingTimer } from './pending-timers.js'
import { TIMER_QUEUE } from './timer-records.js'

/** What happens to a record of the timer topic whose time has come. */
export type TimerStep =
  | { readonly kind: 'deliver'; readonly message: MessageToStore }
  /** It is due too far ahead, and stored anew, so that it does not expire with its file of the log. */
  | { readonly kind: 'roll'; readonly message: MessageToStore }
  /** It cancels others, or is cancelled by one. */
  | { readonly kind: 'cancellation' | 'cancelled' }
  /** It does not say where it belongs. */
  | { readonly kind: 'noDestination' }

export interface DueTimer extends PendingTimer {
  readonly record: MessageRecord
  readonly step: TimerStep
}

/** Apache: TimerMessageStore.convert, doPut, TimerDequeueGetMessageService. */
export function timerStep(record: MessageRecord, now: number, cancelled: CancelledTimers): TimerStep {
  const { properties } = record
  const destination = deliveryDestination(record)
  if (timerDueAt(properties) > now)
    return destination ? { kind: 'roll', message: rolled(record, now) } : { kind: 'noDestination' }
  const outAt = timerOutAt(properties)
  const key = findProperty(properties, PropertyName.TIMER_DELETE_KEY)
  if (key !== undefined) {
    cancelled.add(outAt, key)
    return { kind: 'cancellation' }
  }
  if (destination === undefined || destination.topic === SystemTopic.TIMER) return { kind: 'noDestination' }
  const message = deliveredCopy(record, destination, withTimes(record, now))
  if (cancelled.has(outAt, message.topic, message.uniqueKey)) return { kind: 'cancelled' }
  return { kind: 'deliver', message }
}

/** Called at a start for each record that was finished before it: what it cancels counts until its slot is over. */
export function noteCancellation({ properties }: MessageRecord, cancelled: CancelledTimers): void {
  const key = findProperty(properties, PropertyName.TIMER_DELETE_KEY)
  if (key !== undefined) cancelled.add(timerOutAt(properties), key)
}

function rolled(record: MessageRecord, now: number): MessageToStore {
  const properties = decodeProperties(record.properties)
  const times = Number(properties[PropertyName.TIMER_ROLL_TIMES] ?? 0) + 1
  properties[PropertyName.TIMER_ROLL_TIMES] = String(times)
  return {
    ...copyOf(record, {
      topic: SystemTopic.TIMER,
      queueId: TIMER_QUEUE,
      properties: withRoom(encodeProperties(properties), record),
    }),
    tagsCode: timerWakeAt(record.properties, now),
  }
}

/** The properties of a record and, behind them, when it was stored and when it was delivered. */
function withTimes(record: MessageRecord, now: number): string {
  const timed = withProperties(record.properties, {
    [PropertyName.TIMER_ENQUEUED]: String(record.storeTimestamp),
    [PropertyName.TIMER_DEQUEUED]: String(now),
  })
  return withRoom(timed, record)
}

/** A message whose properties take all the bytes allowed, as other brokers accept it, goes on without what is added. */
function withRoom(longer: string, { properties }: MessageRecord): string {
  return Buffer.byteLength(longer) > PROPERTIES_BYTES_MAX ? properties : longer
}
