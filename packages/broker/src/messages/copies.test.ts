import { ResponseCode } from '@rocketeer/protocol'
import {
  encodeHost,
  encodeProperties,
  type MessageRecord,
  PropertyName,
  SysFlag,
  tagsCodeOf,
} from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import { countByKey, inWords, onlyRecord, recordsOf } from '../testing/stored-records.js'
import type { TestClient } from '../testing/test-client.js'

/**
 * What copies of a message look like in the log: every field is that of the first record, or changed for a reason. One
 * host is IPv6 and one IPv4, so that a mix-up would show.
 */

const BORN_HOST = encodeHost('2001:db8::7', 5000)
const STORE_HOST = encodeHost('10.0.0.9', 10911)

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
  await client.send('orders')
})
afterEach(() => broker[Symbol.asyncDispose]())

const PROPERTIES = {
  own: '1',
  [PropertyName.KEYS]: 'a b',
  [PropertyName.TAGS]: 'paid',
  [PropertyName.UNIQUE_KEY]: 'U1',
}

/** A message as another broker could have left it. */
async function store(properties: Record<string, string> = PROPERTIES): Promise<MessageRecord> {
  const { queueOffset } = await broker.parts.store.append({
    topic: 'orders',
    queueId: 1,
    flag: 7,
    sysFlag: SysFlag.COMPRESSED | SysFlag.MULTI_TAGS | (1 << 8),
    bornTimestamp: 1_700_000_000_123,
    bornHost: BORN_HOST,
    storeHost: STORE_HOST,
    reconsumeTimes: 2,
    preparedTransactionOffset: 99,
    body: Buffer.from([0, 1, 2, 255]),
    properties: encodeProperties(properties),
    tagsCode: tagsCodeOf(properties.TAGS),
    keys: properties.KEYS,
    uniqueKey: properties.UNIQ_KEY,
  })
  return (await recordsOf(broker, 'orders', 1)).find((record) => record.queueOffset === queueOffset)!
}

/** What no way through the broker changes. */
const KEPT = {
  flag: 7,
  bornTimestamp: 1_700_000_000_123,
  bornHost: '[2001:db8:0:0:0:0:0:7]:5000',
  body: Buffer.from([0, 1, 2, 255]),
  sysFlag: SysFlag.COMPRESSED | SysFlag.MULTI_TAGS | (1 << 8) | SysFlag.BORN_HOST_V6,
}
const FIRST_STORED_AT = '10.0.0.9:10911'
/** The offset message id of a record stored at `FIRST_STORED_AT`. */
const idOf = ({ physicalOffset }: MessageRecord) =>
  `0A00000900002A9F${physicalOffset.toString(16).toUpperCase().padStart(16, '0')}`

describe('a message sent back', () => {
  beforeEach(() => client.consume('readers', { orders: '*' }))

  it('waits in its delay level, and then is in the retry topic', async () => {
    const first = await store()
    expect((await client.sendBack('readers', first)).code).toBe(ResponseCode.SUCCESS)
    const back = `own=1 KEYS=a b TAGS=paid UNIQ_KEY=U1 RETRY_TOPIC=orders ORIGIN_MESSAGE_ID=${idOf(first)} WAIT=false`
    const copy = { ...KEPT, storeHost: broker.address, reconsumeTimes: 3, preparedTransactionOffset: 0 }
    expect(await onlyRecord(broker, 'SCHEDULE_TOPIC_XXXX', 4)).toEqual({
      ...copy,
      topic: 'SCHEDULE_TOPIC_XXXX',
      queueId: 4,
      properties: `${back} DELAY=5 REAL_TOPIC=%RETRY%readers REAL_QID=0 `,
      tagsCode: broker.clock.now() + 60_000,
    })
    await broker.clock.advance(60_000)
    expect(await onlyRecord(broker, '%RETRY%readers')).toEqual({
      ...copy,
      topic: '%RETRY%readers',
      queueId: 0,
      properties: `${back} REAL_TOPIC=%RETRY%readers REAL_QID=0 `,
      tagsCode: tagsCodeOf('paid'),
    })
    await expect.poll(() => countByKey(broker, '%RETRY%readers', 'b')).toBe(1)
    await expect.poll(() => countByKey(broker, '%RETRY%readers', 'U1')).toBe(1)
  })

  it('is a dead letter that knows where it comes from', async () => {
    const first = await store()
    expect((await client.sendBack('readers', first, -1)).code).toBe(ResponseCode.SUCCESS)
    expect(await onlyRecord(broker, '%DLQ%readers')).toEqual({
      ...KEPT,
      topic: '%DLQ%readers',
      queueId: 0,
      storeHost: broker.address,
      reconsumeTimes: 3,
      preparedTransactionOffset: 0,
      properties: `own=1 KEYS=a b TAGS=paid UNIQ_KEY=U1 RETRY_TOPIC=orders ORIGIN_MESSAGE_ID=${idOf(first)} WAIT=false DELAY=0 DLQ_ORIGIN_TOPIC=orders DLQ_ORIGIN_MESSAGE_ID=${idOf(first)} `,
      tagsCode: tagsCodeOf('paid'),
    })
    await expect.poll(() => countByKey(broker, '%DLQ%readers', 'a')).toBe(1)
  })
})

describe('a popped message', () => {
  let popper: PopClient

  beforeEach(async () => {
    popper = new PopClient((await broker.client()).connection)
    await client.consume('readers', { orders: '*' })
  })

  it('comes back as a copy in the retry topic, and from there under its own topic', async () => {
    await store()
    const { fields } = await popper.pop('orders', { queueId: 1 })
    await broker.clock.advance(10_200)
    const kept = {
      ...KEPT,
      queueId: 0,
      storeHost: FIRST_STORED_AT,
      reconsumeTimes: 3,
      preparedTransactionOffset: 0,
    }
    const properties = `own=1 KEYS=a b TAGS=paid UNIQ_KEY=U1 1ST_POP_TIME=${fields.popTime} ORIGIN_GROUP=readers `
    expect(await onlyRecord(broker, '%RETRY%readers_orders')).toEqual({
      ...kept,
      topic: '%RETRY%readers_orders',
      properties,
      tagsCode: tagsCodeOf('paid'),
    })
    await expect.poll(() => countByKey(broker, '%RETRY%readers_orders', 'U1')).toBe(1)
    const { messages } = await popper.pop('orders')
    const again = messages.find(({ reconsumeTimes }) => reconsumeTimes > 0)!
    const { handle, group, orderCount, ...record } = again
    expect(inWords(record)).toEqual({
      ...kept,
      topic: 'orders',
      properties: `${properties}POP_CK=${handle} `,
    })
  })

  it('whose retries are used up is a dead letter', async () => {
    const first = await store()
    const group = broker.parts.groups.find('readers')!
    await broker.parts.groups.put([{ ...group, retryMaxTimes: 2 }])
    const { fields } = await popper.pop('orders', { queueId: 1 })
    await broker.clock.advance(10_200)
    expect(await onlyRecord(broker, '%DLQ%readers')).toEqual({
      ...KEPT,
      topic: '%DLQ%readers',
      queueId: 0,
      storeHost: FIRST_STORED_AT,
      reconsumeTimes: 3,
      preparedTransactionOffset: 0,
      properties: `own=1 KEYS=a b TAGS=paid UNIQ_KEY=U1 1ST_POP_TIME=${fields.popTime} ORIGIN_GROUP=readers RETRY_TOPIC=orders DLQ_ORIGIN_TOPIC=orders DLQ_ORIGIN_MESSAGE_ID=${idOf(first)} `,
      tagsCode: tagsCodeOf('paid'),
    })
  })
})
