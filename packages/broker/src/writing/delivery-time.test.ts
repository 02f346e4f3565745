import { decodeRecord, encodedRecord, encodeHost, encodeProperties } from '@rocketeer/protocol/record'
import { expect, it } from 'vitest'
import { DelayLevels } from './delay-levels.js'
import { deliveryTimeBy } from './delivery-time.js'

const STORED_AT = 1_700_000_000_000
const HOST = encodeHost('127.0.0.1', 10911)

function deliveryTime(topic: string, properties: Record<string, string>): number | undefined {
  const message = {
    topic,
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: STORED_AT,
    bornHost: HOST,
    storeHost: HOST,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: Buffer.from('x'),
    properties: encodeProperties(properties),
  }
  const stamp = { queueOffset: 0, physicalOffset: 0, storeTimestamp: STORED_AT }
  return deliveryTimeBy(new DelayLevels('1s 5s'))(decodeRecord(encodedRecord(message, stamp), 0))
}

it('delivers a delayed message when the time of its level has passed, of the last one for levels above it', () => {
  expect(deliveryTime('SCHEDULE_TOPIC_XXXX', { DELAY: '2' })).toBe(STORED_AT + 5000)
  expect(deliveryTime('SCHEDULE_TOPIC_XXXX', { DELAY: '9' })).toBe(STORED_AT + 5000)
  expect(deliveryTime('SCHEDULE_TOPIC_XXXX', {})).toBeUndefined()
})

it('wakes a timer message at its time', () => {
  const outTime = STORED_AT + 60_000
  // Apache's wheel delivers in the second behind it.
  expect(deliveryTime('rmq_sys_wheel_timer', { TIMER_OUT_MS: String(outTime) })).toBe(outTime + 1000)
})

it('knows no delivery time of other messages', () => {
  expect(deliveryTime('T', { DELAY: '2' })).toBeUndefined()
})
