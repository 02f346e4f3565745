import { ResponseCode, reviveTopicOf } from '@rocketeer/protocol'
import { recallMessage } from '@rocketeer/protocol/commands'
import {
  decodeRecords,
  encodeHost,
  encodeProperties,
  hostText,
  type MessageRecord,
  PropertyName,
  SysFlag,
  tagsCodeOf,
} from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'

/**
 * What stands in the log after a message was stored again: every field is that of the first record, or changed for a
 * reason. Hosts differ in kind and order on purpose.
 */

const BORN_HOST = encodeHost('2001:db8::7', 5000)
const STORE_HOST = encodeHost('10.0.0.9', 10911)
const LIMITS = { messagesMax: 32, bytesMax: 1 << 20 }

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
  return (await records('orders', 1)).find((record) => record.queueOffset === queueOffset)!
}

async function records(topic: string, queueId: number): Promise<MessageRecord[]> {
  const { store } = broker.parts
  const offset = store.minOffset(topic, queueId)
  const { buffers } = await store.read({ topic, queueId, offset, limits: LIMITS })
  return buffers.flatMap((buffer) => decodeRecords(buffer))
}

/** The one record of a queue, with its consume queue entry's tags code and its hosts as text. */
async function only(topic: string, queueId = 0) {
  await expect.poll(() => broker.parts.store.maxOffset(topic, queueId)).toBe(1)
  const found = await records(topic, queueId)
  expect(found).toHaveLength(1)
  const [record] = found as [MessageRecord]
  const [entry] = await broker.parts.store.entries(topic, queueId, record.queueOffset, 1)
  return seen(record, entry!.tagsCode)
}

function seen(record: MessageRecord, tagsCode = tagsCodeOf('paid')) {
  const { totalSize, bodyCrc, queueOffset, physicalOffset, storeTimestamp, ...kept } = record
  return {
    ...kept,
    bornHost: hostText(record.bornHost),
    storeHost: hostText(record.storeHost),
    properties: record.properties.replaceAll('\u0001', '=').replaceAll('\u0002', ' '),
    tagsCode,
  }
}

async function foundByKey(topic: string, key: string): Promise<number> {
  await expect.poll(() => broker.parts.store.query(topic, key, QUERY)).not.toEqual([])
  return (await broker.parts.store.query(topic, key, QUERY)).length
}
const QUERY = { messagesMax: 10, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }

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
    expect(await only('SCHEDULE_TOPIC_XXXX', 4)).toEqual({
      ...copy,
      topic: 'SCHEDULE_TOPIC_XXXX',
      queueId: 4,
      properties: `${back} DELAY=5 REAL_TOPIC=%RETRY%readers REAL_QID=0 `,
      tagsCode: broker.clock.now() + 60_000,
    })
    await broker.clock.advance(60_000)
    expect(await only('%RETRY%readers')).toEqual({
      ...copy,
      topic: '%RETRY%readers',
      queueId: 0,
      properties: `${back} REAL_TOPIC=%RETRY%readers REAL_QID=0 `,
      tagsCode: tagsCodeOf('paid'),
    })
    expect(await foundByKey('%RETRY%readers', 'b')).toBe(1)
    expect(await foundByKey('%RETRY%readers', 'U1')).toBe(1)
  })

  it('is a dead letter that knows where it comes from', async () => {
    const first = await store()
    expect((await client.sendBack('readers', first, -1)).code).toBe(ResponseCode.SUCCESS)
    expect(await only('%DLQ%readers')).toEqual({
      ...KEPT,
      topic: '%DLQ%readers',
      queueId: 0,
      storeHost: broker.address,
      reconsumeTimes: 3,
      preparedTransactionOffset: 0,
      properties: `own=1 KEYS=a b TAGS=paid UNIQ_KEY=U1 RETRY_TOPIC=orders ORIGIN_MESSAGE_ID=${idOf(first)} WAIT=false DELAY=0 DLQ_ORIGIN_TOPIC=orders DLQ_ORIGIN_MESSAGE_ID=${idOf(first)} `,
      tagsCode: tagsCodeOf('paid'),
    })
    expect(await foundByKey('%DLQ%readers', 'a')).toBe(1)
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
    const copy = {
      ...KEPT,
      queueId: 0,
      storeHost: FIRST_STORED_AT,
      reconsumeTimes: 3,
      preparedTransactionOffset: 0,
      tagsCode: tagsCodeOf('paid'),
    }
    const properties = `own=1 KEYS=a b TAGS=paid UNIQ_KEY=U1 1ST_POP_TIME=${fields.popTime} ORIGIN_GROUP=readers `
    expect(await only('%RETRY%readers_orders')).toEqual({
      ...copy,
      topic: '%RETRY%readers_orders',
      properties,
    })
    expect(await foundByKey('%RETRY%readers_orders', 'U1')).toBe(1)
    const { messages } = await popper.pop('orders')
    const again = messages.find(({ reconsumeTimes }) => reconsumeTimes > 0)!
    const { handle, group, orderCount, ...record } = again
    expect(seen(record)).toEqual({ ...copy, topic: 'orders', properties: `${properties}POP_CK=${handle} ` })
  })

  it('whose retries are used up is a dead letter', async () => {
    const first = await store()
    const group = broker.parts.groups.find('readers')!
    await broker.parts.groups.put([{ ...group, retryMaxTimes: 2 }])
    const { fields } = await popper.pop('orders', { queueId: 1 })
    await broker.clock.advance(10_200)
    expect(await only('%DLQ%readers')).toEqual({
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

  it('leaves a check point and an acknowledgement in the revive topic', async () => {
    await store()
    const { messages, fields } = await popper.pop('orders', { queueId: 1 })
    await popper.ack(messages[0]!)
    const topic = reviveTopicOf(broker.parts.config.current.brokerClusterName)
    const own = {
      topic,
      queueId: fields.reviveQid,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: broker.clock.now(),
      bornHost: '127.0.0.1:0',
      storeHost: '127.0.0.1:0',
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: expect.any(Buffer),
    }
    const found = await records(topic, fields.reviveQid)
    const dueAt = fields.popTime + 10_000
    expect(found.map((record) => seen(record, 0))).toEqual([
      {
        ...own,
        properties: `TAGS=ck UNIQ_KEY=orders@readers@1@0@${fields.popTime}@broker-a@ck TIMER_DELIVER_MS=${dueAt - 1000} `,
        tagsCode: 0,
      },
      {
        ...own,
        properties: `TAGS=ack UNIQ_KEY=orders@1@0@readers@${fields.popTime}@broker-a@ack TIMER_DELIVER_MS=${dueAt} `,
        tagsCode: 0,
      },
    ])
    const entries = await broker.parts.store.entries(topic, fields.reviveQid, 0, 2)
    expect(entries.map(({ tagsCode }) => tagsCode)).toEqual([tagsCodeOf('ck'), tagsCodeOf('ack')])
  })
})

describe('a timer message', () => {
  it('is delivered, and a message that recalls another waits like it', async () => {
    const deliverAt = broker.clock.now() + 60_000
    const sent = await client.send('orders', {
      queueId: 1,
      props: { TAGS: 'paid', KEYS: 'k', UNIQ_KEY: 'U2', TIMER_DELIVER_MS: String(deliverAt) },
      flag: 7,
    })
    const recalled = await client.send('orders', {
      queueId: 1,
      props: { UNIQ_KEY: 'U3', TIMER_DELIVER_MS: String(deliverAt) },
    })
    const { recallHandle } = recalled.fields
    const response = await recall(recallHandle!)
    expect(response.code).toBe(ResponseCode.SUCCESS)
    const [, , cancellation] = await records('rmq_sys_wheel_timer', 0)
    expect(seen(cancellation!, 0)).toEqual({
      topic: 'rmq_sys_wheel_timer',
      queueId: 0,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: broker.clock.now(),
      bornHost: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      storeHost: broker.address,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from('0'),
      properties: expect.stringMatching(
        /^TAGS=_RECALL_TAG_ TIMER_DEL_UNIQKEY=(orders\+)?U3 UNIQ_KEY=U3 TIMER_DELIVER_MS=\d+ PGROUP=callers TIMER_OUT_MS=\d+ REAL_TOPIC=orders REAL_QID=0 $/,
      ),
      tagsCode: 0,
    })
    const [waiting] = await records('rmq_sys_wheel_timer', 0)
    await broker.clock.advance(61_000)
    const delivered = await only('orders', 1)
    expect(delivered).toEqual({
      ...seen(waiting!),
      topic: 'orders',
      queueId: 1,
      properties: expect.stringContaining(seen(waiting!).properties),
    })
    expect(delivered).toMatchObject({ flag: 7 })
    expect(sent.code).toBe(ResponseCode.SUCCESS)
  })

  function recall(recallHandle: string) {
    const fields = { producerGroup: 'callers', topic: 'orders', recallHandle }
    return client.connection.request(recallMessage, fields)
  }
})

describe('a transaction', () => {
  it('is a half message, its operation message, and the message that was committed', async () => {
    const producer = await TestTransactions.start(broker)
    const half = await producer.begin('orders', 'paid', {
      queueId: 1,
      flag: 7,
      props: { TAGS: 'paid', KEYS: 'k' },
    })
    const before = await only('RMQ_SYS_TRANS_HALF_TOPIC')
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.SUCCESS)
    const committed = await only('orders', 1)
    expect(committed).toEqual({
      ...before,
      topic: 'orders',
      queueId: 1,
      sysFlag: SysFlag.TRANSACTION_COMMIT,
      preparedTransactionOffset: half.physicalOffset,
      properties: `PGROUP=payers UNIQ_KEY=${half.uniqueKey} TAGS=paid KEYS=k MSG_REGION=DefaultRegion TRACE_ON=true CLUSTER=DefaultCluster __transactionId__=${half.uniqueKey} `,
    })
    expect(await foundByKey('orders', 'k')).toBe(1)
    await broker.clock.advance(60_000)
    expect(await only('RMQ_SYS_TRANS_OP_HALF_TOPIC')).toEqual({
      topic: 'RMQ_SYS_TRANS_OP_HALF_TOPIC',
      queueId: 0,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: expect.any(Number),
      bornHost: broker.address,
      storeHost: broker.address,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from('0,'),
      properties: 'WAIT=true TAGS=d ',
      tagsCode: tagsCodeOf('d'),
    })
  })
})
