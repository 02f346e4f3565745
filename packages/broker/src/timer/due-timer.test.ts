import { SystemTopic } from '@rocketeer/protocol'
import {
  decodeRecord,
  encodedRecord,
  encodeHost,
  encodeProperties,
  type MessageRecord,
  PROPERTIES_BYTES_MAX,
  PropertyName,
  timerWakeAt,
} from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import { CancelledTimers } from './cancelled-timers.js'
import { noteCancellation, timerStep } from './due-timer.js'

const HOST = encodeHost('10.0.0.9', 10911)
const STORED_AT = 1_000_000
const OUT_AT = 2_000_000
/** The end of the slot that begins at `OUT_AT`. */
const DUE_AT = OUT_AT + 1000

const DESTINATION = { REAL_TOPIC: 'orders', REAL_QID: '3' }

function timer(properties: Record<string, string> = {}): MessageRecord {
  const message = {
    topic: SystemTopic.TIMER,
    queueId: 0,
    flag: 7,
    sysFlag: 0,
    bornTimestamp: STORED_AT,
    bornHost: HOST,
    storeHost: HOST,
    reconsumeTimes: 1,
    preparedTransactionOffset: 0,
    body: Buffer.from('body'),
    properties: encodeProperties({ UNIQ_KEY: 'U1', TIMER_OUT_MS: String(OUT_AT), ...properties }),
  }
  const stamp = { queueOffset: 5, physicalOffset: 4096, storeTimestamp: STORED_AT }
  return decodeRecord(encodedRecord(message, stamp), 0)
}

describe('a timer message', () => {
  it('whose time has come is delivered, and says when it waited', () => {
    const record = timer(DESTINATION)
    const step = timerStep(record, DUE_AT, new CancelledTimers())
    const times = { TIMER_ENQUEUE_MS: String(STORED_AT), TIMER_DEQUEUE_MS: String(DUE_AT) }
    expect(step).toMatchObject({
      kind: 'deliver',
      message: {
        topic: 'orders',
        queueId: 3,
        flag: 7,
        reconsumeTimes: 1,
        body: record.body,
        properties: record.properties + encodeProperties(times),
        uniqueKey: 'U1',
      },
    })
  })

  it('that has no room for these times is delivered without them', () => {
    const record = timer({ ...DESTINATION, own: 'x'.repeat(PROPERTIES_BYTES_MAX - 100) })
    const step = timerStep(record, DUE_AT, new CancelledTimers())
    expect(step).toMatchObject({ kind: 'deliver', message: { properties: record.properties } })
  })

  it('whose time has not come is stored anew, each time with one more count', () => {
    const now = DUE_AT - 1
    const step = timerStep(timer({ ...DESTINATION, TIMER_ROLL_TIMES: '1' }), now, new CancelledTimers())
    const { properties } = timer({ ...DESTINATION, TIMER_ROLL_TIMES: '2' })
    expect(step).toMatchObject({
      kind: 'roll',
      message: { topic: SystemTopic.TIMER, queueId: 0, properties, tagsCode: timerWakeAt(properties, now) },
    })
  })

  it('without a destination is delivered nowhere, and neither is one that would wait for ever', () => {
    const cancelled = new CancelledTimers()
    for (const now of [DUE_AT - 1, DUE_AT])
      expect(timerStep(timer(), now, cancelled)).toEqual({ kind: 'noDestination' })
    const circular = timer({ REAL_TOPIC: SystemTopic.TIMER, REAL_QID: '0' })
    expect(timerStep(circular, DUE_AT, cancelled)).toEqual({ kind: 'noDestination' })
  })
})

describe('a cancellation', () => {
  it.each(['U1', 'orders+U1'])('that names %s keeps the message of its slot from being delivered', (key) => {
    const cancelled = new CancelledTimers()
    const record = timer({ ...DESTINATION, [PropertyName.TIMER_DELETE_KEY]: key })
    expect(timerStep(record, DUE_AT, cancelled)).toEqual({ kind: 'cancellation' })
    expect(timerStep(timer(DESTINATION), DUE_AT, cancelled)).toEqual({ kind: 'cancelled' })
    const later = timer({ ...DESTINATION, TIMER_OUT_MS: String(OUT_AT + 1000) })
    expect(timerStep(later, DUE_AT + 1000, cancelled).kind).toBe('deliver')
  })

  it('counts after a restart, too', () => {
    const cancelled = new CancelledTimers()
    noteCancellation(timer(DESTINATION), cancelled)
    expect(timerStep(timer(DESTINATION), DUE_AT, cancelled).kind).toBe('deliver')
    noteCancellation(timer({ [PropertyName.TIMER_DELETE_KEY]: 'U1' }), cancelled)
    expect(timerStep(timer(DESTINATION), DUE_AT, cancelled).kind).toBe('cancelled')
  })
  it('cancels no message without a unique key', () => {
    const cancelled = new CancelledTimers()
    cancelled.add(OUT_AT, 'undefined')
    expect(cancelled.has(OUT_AT, 'orders', undefined)).toBe(false)
  })
})
