import {
  decodeRecord,
  encodedRecord,
  encodeHost,
  encodeProperties,
  tagsCodeOf,
} from '@rocketeer/protocol/record'
import { expect, it } from 'vitest'
import { deliveredCopy, deliveryDestination } from './delivered-copy.js'

const HOST = encodeHost('10.0.0.9', 10911)

function waiting(properties: Record<string, string>) {
  const message = {
    topic: 'SCHEDULE_TOPIC_XXXX',
    queueId: 2,
    flag: 7,
    sysFlag: 0,
    bornTimestamp: 1000,
    bornHost: encodeHost('2001:db8::7', 5000),
    storeHost: HOST,
    reconsumeTimes: 2,
    preparedTransactionOffset: 99,
    body: Buffer.from('body'),
    properties: encodeProperties(properties),
  }
  return decodeRecord(encodedRecord(message, { queueOffset: 1, physicalOffset: 2, storeTimestamp: 3 }), 0)
}

it('is in the topic and queue the message was sent to, without its delay', () => {
  const record = waiting({ TAGS: 'a', DELAY: '3', REAL_TOPIC: 'orders', REAL_QID: '1', KEYS: 'k' })
  expect(deliveredCopy(record, deliveryDestination(record)!)).toEqual({
    topic: 'orders',
    queueId: 1,
    flag: 7,
    sysFlag: record.sysFlag,
    bornTimestamp: 1000,
    bornHost: record.bornHost,
    storeHost: HOST,
    reconsumeTimes: 2,
    preparedTransactionOffset: 0,
    body: record.body,
    properties: encodeProperties({ TAGS: 'a', REAL_TOPIC: 'orders', REAL_QID: '1', KEYS: 'k' }),
    tagsCode: tagsCodeOf('a'),
    keys: 'k',
    uniqueKey: undefined,
  })
})

it('is delivered nowhere when the record does not say where it belongs, or names half messages', () => {
  expect(deliveryDestination(waiting({ DELAY: '3' }))).toBeUndefined()
  expect(deliveryDestination(waiting({ REAL_TOPIC: 'orders', REAL_QID: 'x' }))).toBeUndefined()
  expect(
    deliveryDestination(waiting({ REAL_TOPIC: 'RMQ_SYS_TRANS_HALF_TOPIC', REAL_QID: '0' })),
  ).toBeUndefined()
})
