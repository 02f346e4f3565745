import { isRocketeerError } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import {
  decodeProperties,
  encodeProperties,
  type MessageRecord,
  PROPERTIES_BYTES_MAX,
  PropertyName,
  timerDueAt,
  timerOutAt,
  timerWakeAt,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { dueMessage } from '../delay/due-message.js'
import { copyOf } from '../messages/copy-of-record.js'
import type { CancelledTimers } from './cancelled-timers.js'
import type { PendingTimer } from './pending-timers.js'
import { TIMER_QUEUE } from './timer-records.js'

/** What is to be done with a record of the timer topic whose time has come. */
export type TimerStep =
  | { readonly kind: 'deliver'; readonly message: MessageToStore }
  /** It is due far ahead and stored anew, so that the log does not expire around it. */
  | { readonly kind: 'roll'; readonly message: MessageToStore }
  /** It cancels others, or was cancelled. */
  | { readonly kind: 'cancellation' | 'cancelled' }
  /** It does not say where it belongs. */
  | { readonly kind: 'noDestination' }

export interface DueTimer extends PendingTimer {
  readonly step: TimerStep
}

/** Apache: TimerMessageStore.convert, doPut, TimerDequeueGetMessageService. */
export function timerStep(record: MessageRecord, now: number, cancelled: CancelledTimers): TimerStep {
  const message = dueMessage(record)
  if (timerDueAt(record.properties) > now)
    return message ? { kind: 'roll', message: rolled(record, now) } : { kind: 'noDestination' }
  const properties = decodeProperties(record.properties)
  const outAt = timerOutAt(record.properties)
  const key = properties[PropertyName.TIMER_DELETE_KEY]
  if (key !== undefined) {
    cancelled.add(outAt, key)
    return { kind: 'cancellation' }
  }
  if (message === undefined || message.topic === SystemTopic.TIMER) return { kind: 'noDestination' }
  if (cancelled.has(outAt, message.topic, message.uniqueKey)) return { kind: 'cancelled' }
  return { kind: 'deliver', message: withTimes(message, record.storeTimestamp, now) }
}

/** Notes after a restart what a record cancels that had been looked at before it. */
export function noteCancellation({ properties }: MessageRecord, cancelled: CancelledTimers): void {
  const key = decodeProperties(properties)[PropertyName.TIMER_DELETE_KEY]
  if (key !== undefined) cancelled.add(timerOutAt(properties), key)
}

function rolled(record: MessageRecord, now: number): MessageToStore {
  const properties = decodeProperties(record.properties)
  const times = Number(properties[PropertyName.TIMER_ROLL_TIMES] ?? 0) + 1
  properties[PropertyName.TIMER_ROLL_TIMES] = String(times)
  return {
    ...copyOf(record, { topic: SystemTopic.TIMER, queueId: TIMER_QUEUE, properties }),
    tagsCode: timerWakeAt(record.properties, now),
  }
}

function withTimes(message: MessageToStore, enqueuedAt: number, now: number): MessageToStore {
  const times = {
    [PropertyName.TIMER_ENQUEUED]: String(enqueuedAt),
    [PropertyName.TIMER_DEQUEUED]: String(now),
  }
  const properties = message.properties + encodeProperties(times)
  // A message whose properties take all the bytes allowed is delivered without these two.
  return Buffer.byteLength(properties) > PROPERTIES_BYTES_MAX ? message : { ...message, properties }
}

/** True when storing the message again would fail again; then it must not keep the others waiting. */
export function isUndeliverable(error: unknown): boolean {
  return isRocketeerError(error, 'MESSAGE_TOO_LARGE') || isRocketeerError(error, 'RECORD_TOO_LARGE')
}
