import { ResponseCode } from '@rocketeer/protocol'
import { KVTable } from '@rocketeer/protocol/bodies'
import { getBrokerRuntimeInfo } from '@rocketeer/protocol/commands'
import { encodeHost, encodeProperties, PROPERTIES_BYTES_MAX } from '@rocketeer/protocol/record'
import type { AppendResult } from '@rocketeer/store'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SetAsideMessage } from '../tables/set-aside.js'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'

/** Messages of which no copy can be stored, as other brokers and older ones accepted them: nothing waits behind them. */

const HOST = encodeHost('127.0.0.1', 10911)
const FILE_BYTES = 256 * 1024

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start({
    commitLogFileBytes: FILE_BYTES,
    delayLevels: '1s 1s 1s 1s',
    transactionTimeoutMs: 1000,
  })
  client = await broker.client()
  await client.send('orders')
  await client.consume('readers', { orders: '*' })
})
afterEach(() => broker[Symbol.asyncDispose]())

/** Properties that leave room for `left` bytes more. */
function fullProperties(left: number, given: Record<string, string> = {}): Record<string, string> {
  const taken = Buffer.byteLength(encodeProperties({ ...given, UNIQ_KEY: 'stuck', pad: '' }))
  return { ...given, UNIQ_KEY: 'stuck', pad: 'x'.repeat(PROPERTIES_BYTES_MAX - left - taken) }
}

function store(
  topic: string,
  properties: Record<string, string>,
  { queueId = 0, tagsCode = 0, body = 'x' } = {},
): Promise<AppendResult> {
  const message = {
    ...{ topic, queueId, flag: 0, sysFlag: 0, bornTimestamp: broker.clock.now() },
    ...{ bornHost: HOST, storeHost: HOST, reconsumeTimes: 0, preparedTransactionOffset: 0 },
    ...{ body: Buffer.from(body), properties: encodeProperties(properties) },
    ...{ tagsCode, keys: undefined, uniqueKey: properties.UNIQ_KEY },
  }
  return broker.parts.store.append(message)
}

/** A body with which the record just fits into a file of the log, in its topic but not in one of a longer name. */
function fullBody(topic: string, properties: Record<string, string>): string {
  return 'x'.repeat(FILE_BYTES - 8 - 91 - topic.length - Buffer.byteLength(encodeProperties(properties)))
}

/** What operators see. */
async function setAside(): Promise<SetAsideMessage[]> {
  const { table } = KVTable.decode((await client.connection.request(getBrokerRuntimeInfo, {})).body)
  const rows = [...table].filter(([name]) => name.startsWith('messageSetAside_'))
  expect(table.get('messagesSetAside')).toBe(String(rows.length))
  return rows.map(([, text]) => JSON.parse(text))
}

async function expectSetAside(expected: Partial<SetAsideMessage>): Promise<void> {
  await expect.poll(setAside).toEqual([expect.objectContaining({ messageId: 'stuck', ...expected })])
}

const inLevel = { REAL_TOPIC: 't'.repeat(127), REAL_QID: '0', DELAY: '1' }

it('one that is given back is set aside, once, also for the next start', async () => {
  const { physicalOffset, queueOffset } = await store('orders', fullProperties(100))
  const failed = { topic: 'orders', physicalOffset }
  expect((await client.sendBack('readers', failed)).code).toBe(ResponseCode.SUCCESS)
  expect((await client.sendBack('readers', failed, -1)).code).toBe(ResponseCode.SUCCESS)
  const expected = { step: 'retry', topic: 'orders', group: 'readers', queueOffset, physicalOffset } as const
  await expectSetAside(expected)
  await broker.restart()
  client = await broker.client()
  await expectSetAside(expected)
})

it('one that a consumer in order gives up is set aside, which lets its queue go on', async () => {
  const props = fullProperties(-10, { RETRY_TOPIC: 'orders' })
  const sent = await client.send('%RETRY%readers', { props, reconsumeTimes: 3, maxReconsumeTimes: 2 })
  expect(sent.code).toBe(ResponseCode.SUCCESS)
  await expectSetAside({ step: 'retry', topic: 'orders', group: 'readers', physicalOffset: -1 })
})

it('a half message is asked for once and parked, and the others are asked for', async () => {
  const producer = await TestTransactions.start(broker)
  const given = { TRAN_MSG: 'true', PGROUP: 'payers', REAL_TOPIC: 'orders', REAL_QID: '0' }
  const half = await store('RMQ_SYS_TRANS_HALF_TOPIC', fullProperties(5, given))
  await producer.begin('orders', 'fine')
  await broker.clock.advance(30_000)
  await expect.poll(() => producer.asked.length).toBe(2)
  expect(producer.asked.map(({ message }) => message.body.toString()).sort()).toEqual(['fine', 'x'])
  const asked = producer.asked.map(({ fields }) => fields.commitLogOffset)
  expect(asked).toContain(half.physicalOffset)
  await expectSetAside({
    step: 'transaction',
    topic: 'orders',
    group: 'payers',
    queueOffset: half.queueOffset,
  })
  await broker.clock.advance(30_000)
  await expect.poll(() => producer.asked.length).toBe(3)
  expect(broker.parts.store.maxOffset('TRANS_CHECK_MAX_TIME_TOPIC', 0)).toBe(1)
  expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.SUCCESS)
  expect(broker.parts.store.maxOffset('orders', 0)).toBe(2)
})

it('one of a delay level lets those behind it be delivered', async () => {
  const properties = { ...inLevel, UNIQ_KEY: 'stuck' }
  const body = fullBody('SCHEDULE_TOPIC_XXXX', properties)
  await store('SCHEDULE_TOPIC_XXXX', properties, { body, tagsCode: broker.clock.now() + 1000 })
  await client.send('orders', { props: { DELAY: '1' } })
  await broker.clock.advance(1000)
  await expectSetAside({ step: 'delay level', topic: inLevel.REAL_TOPIC, storedIn: 'SCHEDULE_TOPIC_XXXX' })
  await expect.poll(() => broker.parts.store.maxOffset('orders', 0)).toBe(2)
})

it('one with a delivery time lets those behind it be delivered', async () => {
  const outAt = broker.clock.now() + 1000
  const { DELAY, ...destination } = inLevel
  const properties = { ...destination, TIMER_OUT_MS: String(outAt), UNIQ_KEY: 'stuck' }
  const body = fullBody('rmq_sys_wheel_timer', properties)
  await store('rmq_sys_wheel_timer', properties, { body, tagsCode: outAt + 1000 })
  await client.send('orders', { props: { TIMER_DELAY_MS: '3000' } })
  await broker.clock.advance(4000)
  await expectSetAside({ step: 'delivery time', topic: inLevel.REAL_TOPIC })
  await expect.poll(() => broker.parts.store.maxOffset('orders', 0)).toBe(2)
})

it('one that was popped and is not acknowledged is finished', async () => {
  const { queueOffset } = await store('orders', fullProperties(10))
  const popper = new PopClient(client.connection)
  expect((await popper.pop('orders', { maxMsgNums: 32 })).messages).toHaveLength(2)
  await broker.clock.advance(10_200)
  await expectSetAside({ step: 'pop', topic: 'orders', group: 'readers', queueOffset })
  await expect.poll(() => broker.parts.checkPoints.size).toBe(0)
  await expect.poll(async () => (await popper.pop('orders')).messages.length).toBe(1)
})

it('a popped retry that has no room for its handle is given out all the same', async () => {
  const own = { CLUSTER: 'DefaultCluster', MSG_REGION: 'DefaultRegion', TRACE_ON: 'true' }
  const { physicalOffset } = await store('%RETRY%readers_orders', fullProperties(20, own))
  await broker.parts.topics.ensureTopic('%RETRY%readers_orders', 1)
  const popper = new PopClient(client.connection)
  const { messages } = await popper.pop('orders')
  expect(messages.map((message) => message.physicalOffset)).toContain(physicalOffset)
})

it('a failure of the store sets nothing aside', async () => {
  await client.send('orders', { props: { DELAY: '1' } })
  const { store } = broker.parts
  const append = store.append.bind(store)
  store.append = () => Promise.reject(new Error('the disk is full'))
  await broker.clock.advance(1000)
  expect(await setAside()).toEqual([])
  store.append = append
  await broker.clock.advance(10_000)
  await expect.poll(() => store.maxOffset('orders', 0)).toBe(2)
})
