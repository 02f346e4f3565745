import { SystemTopic } from '@rocketeer/protocol'
import {
  encodedRecord,
  encodeHost,
  encodeProperties,
  PropertyName,
  SysFlag,
  tagsCodeOf,
} from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import {
  committedMessage,
  copyOfHalf,
  decodeHalf,
  decodeParked,
  halfOf,
  parkedMessage,
  resumedHalf,
} from './half-message.js'

const BORN_HOST = encodeHost('2001:db8::7', 5000)
const STORE_HOST = encodeHost('10.0.0.9', 10911)
const BROKER_HOST = encodeHost('::1', 10911)

const SENT = {
  topic: 'orders',
  queueId: 3,
  flag: 7,
  sysFlag: SysFlag.COMPRESSED | SysFlag.TRANSACTION_PREPARED,
  bornTimestamp: 1000,
  bornHost: BORN_HOST,
  storeHost: STORE_HOST,
  reconsumeTimes: 1,
  preparedTransactionOffset: 0,
  body: Buffer.from('body'),
  properties: encodeProperties({
    TRAN_MSG: 'true',
    TAGS: 'paid',
    KEYS: 'a b',
    UNIQ_KEY: 'U1',
    TRAN_PREPARED_QUEUE_OFFSET: '1',
    TRANSACTION_CHECK_TIMES: '9',
  }),
  tagsCode: tagsCodeOf('paid'),
  keys: 'a b',
  uniqueKey: 'U1',
}
const WAITING =
  'TRAN_MSG=true TAGS=paid KEYS=a b UNIQ_KEY=U1 PGROUP=payers __transactionId__=U1 REAL_TOPIC=orders REAL_QID=3 '

/** What stays the same whatever becomes of the message. */
const KEPT = {
  flag: 7,
  sysFlag: SysFlag.COMPRESSED | SysFlag.BORN_HOST_V6,
  bornTimestamp: 1000,
  bornHost: BORN_HOST,
  storeHost: BROKER_HOST,
  reconsumeTimes: 1,
  preparedTransactionOffset: 0,
  body: Buffer.from('body'),
  tagsCode: tagsCodeOf('paid'),
  keys: 'a b',
  uniqueKey: 'U1',
}

function seen<Message extends { properties: string }>(message: Message): Message {
  return { ...message, properties: textOf(message.properties) }
}

function textOf(properties: string): string {
  return properties.replaceAll('\u0001', '=').replaceAll('\u0002', ' ')
}

function stored(topic: string, properties = halfOf(SENT, 'payers').properties): Buffer {
  const place = { queueOffset: 5, physicalOffset: 4096, storeTimestamp: 2000 }
  return encodedRecord({ ...halfOf(SENT, 'payers'), topic, properties }, place)
}

const half = decodeHalf(stored(SystemTopic.TRANSACTION_HALF))!

describe('a half message', () => {
  it('is made of what a producer sent', () => {
    expect(seen(halfOf(SENT, 'payers'))).toEqual({
      ...SENT,
      topic: 'RMQ_SYS_TRANS_HALF_TOPIC',
      queueId: 0,
      sysFlag: SysFlag.COMPRESSED,
      properties: WAITING,
    })
  })

  it('says where it belongs and who knows its outcome', () => {
    expect(half).toMatchObject({
      topic: 'orders',
      queueId: 3,
      group: 'payers',
      origin: 5,
      checks: 0,
      immunityMs: undefined,
      since: 2000,
    })
  })

  it('as a copy says where the first one is, and waits since that was sent', () => {
    const properties = {
      ...half.properties,
      [PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET]: '2',
      [PropertyName.TRANSACTION_CHECK_TIMES]: '4',
      [PropertyName.CHECK_IMMUNITY_TIME]: '30',
    }
    const copy = decodeHalf(stored(SystemTopic.TRANSACTION_HALF, encodeProperties(properties)))
    expect(copy).toMatchObject({ origin: 2, checks: 4, immunityMs: 30_000, since: 1000 })
  })

  it('is none of another topic, or that does not say where it belongs', () => {
    expect(decodeHalf(stored('orders'))).toBeUndefined()
    expect(decodeParked(stored(SystemTopic.TRANSACTION_HALF))).toBeUndefined()
    expect(decodeParked(stored(SystemTopic.TRANSACTION_CHECK_MAX_TIME))).toMatchObject({ topic: 'orders' })
    for (const queueId of ['', '-1', 'x', '1'.repeat(16)]) {
      const properties = encodeProperties({ REAL_TOPIC: 'orders', REAL_QID: queueId })
      expect(decodeHalf(stored(SystemTopic.TRANSACTION_HALF, properties))).toBeUndefined()
    }
    expect(
      decodeHalf(stored(SystemTopic.TRANSACTION_HALF, encodeProperties({ REAL_QID: '1' }))),
    ).toBeUndefined()
  })

  it('becomes the message that consumers get', () => {
    expect(seen(committedMessage(half, BROKER_HOST))).toEqual({
      ...KEPT,
      topic: 'orders',
      queueId: 3,
      sysFlag: KEPT.sysFlag | SysFlag.TRANSACTION_COMMIT,
      preparedTransactionOffset: 4096,
      properties: 'TAGS=paid KEYS=a b UNIQ_KEY=U1 PGROUP=payers __transactionId__=U1 ',
    })
  })

  it('is stored again with what is known of its checks', () => {
    expect(seen(copyOfHalf(half, BROKER_HOST, 4))).toEqual({
      ...KEPT,
      topic: 'RMQ_SYS_TRANS_HALF_TOPIC',
      queueId: 0,
      properties: `${WAITING}TRAN_PREPARED_QUEUE_OFFSET=5 TRANSACTION_CHECK_TIMES=4 `,
    })
  })

  it('is parked as it is, and resumed as if nobody had been asked', () => {
    const parked = { ...KEPT, topic: 'TRANS_CHECK_MAX_TIME_TOPIC', queueId: 0, properties: WAITING }
    expect(seen(parkedMessage(half, BROKER_HOST))).toEqual(parked)
    expect(seen(resumedHalf(half, BROKER_HOST))).toEqual({
      ...parked,
      topic: 'RMQ_SYS_TRANS_HALF_TOPIC',
      properties: `${WAITING}TRANSACTION_CHECK_TIMES=0 `,
    })
  })
})
