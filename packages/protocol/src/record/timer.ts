import { findProperty, PropertyName } from './properties.js'

/** The coarsest precision a broker may have: a message is due this long after its `TIMER_OUT_MS` at the latest. */
export const TIMER_SLOT_MS_MAX = 1000

/**
 * A message that is due later than this is stored again when this time has passed, so that it does not expire with the
 * log. Apache: MessageStoreConfig.timerRollWindowSlot, 2 days of seconds.
 */
const ROLL_WINDOW_MS = 2 * 86_400_000

/** The `TIMER_OUT_MS` of a record in the timer topic; 0 for a record that has none. */
export function timerOutAt(properties: string): number {
  return millisecondsOf(properties, PropertyName.TIMER_OUT) ?? 0
}

/**
 * When a record of the timer topic is due, milliseconds since the epoch. Apache's broker delivers at the end of the
 * slot that begins with `TIMER_OUT_MS`; a `TIMER_DELIVER_MS` inside of it says the moment more precisely. A message
 * that cancels another comes before everything in its slot.
 */
export function timerDueAt(properties: string): number {
  const outAt = timerOutAt(properties)
  if (findProperty(properties, PropertyName.TIMER_DELETE_KEY) !== undefined) return outAt
  const deliverAt = millisecondsOf(properties, PropertyName.TIMER_DELIVER)
  const slotEnd = outAt + TIMER_SLOT_MS_MAX
  return deliverAt !== undefined && deliverAt > outAt && deliverAt <= slotEnd ? deliverAt : slotEnd
}

/** When a record of the timer topic has to be delivered or stored again, milliseconds since the epoch. */
export function timerWakeAt(properties: string, storedAt: number): number {
  return Math.min(timerDueAt(properties), storedAt + ROLL_WINDOW_MS)
}

function millisecondsOf(properties: string, name: string): number | undefined {
  const value = findProperty(properties, name)
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
