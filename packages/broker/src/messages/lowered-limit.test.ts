import { ResponseCode } from '@rocketeer/protocol'
import { decodeProperties, type MessageRecord } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import { recordsOf } from '../testing/stored-records.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'

/** `messageBytesMax` bounds what clients send. What was accepted before it was lowered goes on. */

const large = Buffer.alloc(200_000, 'x')
const SEND_BACK_MS = 1000

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start({ delayLevels: '1s 1s 1s 1s', transactionTimeoutMs: 1000 })
  client = await broker.client()
})
afterEach(() => broker[Symbol.asyncDispose]())

async function lowerLimit(): Promise<void> {
  await broker.restart({ messageBytesMax: 1000 })
  client = await broker.client()
  const refused = await client.send('orders', { body: large })
  expect(refused.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
  expect(refused.remark).toContain('its body has 200000 bytes')
  await client.consume('readers', { orders: '*' })
}

async function last(topic: string, count = 1): Promise<MessageRecord> {
  await expect.poll(() => broker.parts.store.maxOffset(topic, 0)).toBe(count)
  const record = (await recordsOf(broker, topic, 0)).at(-1)!
  expect(record.body.length).toBe(large.length)
  return record
}

it('delayed and timed messages are delivered, retried and become dead letters', async () => {
  await client.send('orders', { body: large, props: { DELAY: '2' } })
  await client.send('orders', { body: large, props: { TIMER_DELAY_MS: '2000' } })
  await lowerLimit()
  await broker.clock.advance(3000)
  const delivered = await last('orders', 2)
  expect((await client.sendBack('readers', delivered)).code).toBe(ResponseCode.SUCCESS)
  await broker.clock.advance(SEND_BACK_MS)
  const retried = await last('%RETRY%readers')
  expect((await client.sendBack('readers', retried, -1)).code).toBe(ResponseCode.SUCCESS)
  await last('%DLQ%readers')
})

it('a consumer in order gives one up', async () => {
  await client.send('orders', { body: large })
  const message = await last('orders')
  await lowerLimit()
  const props = { ...decodeProperties(message.properties), RETRY_TOPIC: 'orders' }
  const given = { body: large, props, reconsumeTimes: 3, maxReconsumeTimes: 2 }
  expect((await client.send('%RETRY%readers', given)).remark).toBeUndefined()
  await last('%DLQ%readers')
})

it('transactions are asked for and committed', async () => {
  const producer = await TestTransactions.start(broker)
  await producer.begin('orders', large.toString())
  await lowerLimit()
  const again = await TestTransactions.start(broker)
  again.answer = () => 'commit'
  await broker.clock.advance(30_000)
  await last('orders')
})

it('popped messages come back', async () => {
  await client.send('orders', { body: large })
  await client.consume('readers', { orders: '*' })
  const popper = new PopClient(client.connection)
  expect((await popper.pop('orders')).messages).toHaveLength(1)
  await lowerLimit()
  await broker.clock.advance(10_200)
  await last('%RETRY%readers_orders')
})
