import { ResponseCode } from '@rocketeer/protocol'
import {
  deleteTopicInBroker,
  getTopicStatsInfo,
  queryConsumerOffset,
  TopicStatsTable,
} from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { topicConfig } from '../tables/topic-config.js'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'

const GROUP = 'coupon'
const TOPIC = 'orders'
/** Behind the deleted topic's three messages: a queue begins with a file. */
const BEGIN = 4

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start({ consumeQueueFileEntries: 2 })
  client = await broker.client()
  await client.consume(GROUP, { [TOPIC]: '*' })
  for (const body of ['1', '2', '3']) await client.send(TOPIC, { body: Buffer.from(body) })
})
afterEach(() => broker[Symbol.asyncDispose]())

const bodiesOf = (messages: { body: Buffer }[]) => messages.map(({ body }) => body.toString())

async function makeAgain(): Promise<void> {
  expect((await client.connection.request(deleteTopicInBroker, { topic: TOPIC })).code).toBe(0)
  await broker.parts.topics.put([topicConfig(TOPIC, { readQueueNums: 1, writeQueueNums: 1 })])
}

async function reconnect(): Promise<void> {
  client = await broker.client()
  await client.consume(GROUP, { [TOPIC]: '*' })
}

it('a consumer goes on at any offset of the deleted topic and gets every message of the new one', async () => {
  await makeAgain()
  // What a running consumer still knows comes back with its next commit.
  broker.parts.offsets.commit({ group: GROUP, topic: TOPIC, queueId: 0 }, 2)
  const empty = await client.pull(GROUP, TOPIC, 2)
  expect([empty.code, empty.fields.nextBeginOffset]).toEqual([ResponseCode.PULL_NOT_FOUND, BEGIN])
  const waiting = client.pull(GROUP, TOPIC, 2, { holdMs: 5000 })
  await client.send(TOPIC, { body: Buffer.from('new 1') })
  expect(bodiesOf((await waiting).messages)).toEqual(['new 1'])
  await client.send(TOPIC, { body: Buffer.from('new 2') })
  for (const start of ['stop', 'kill']) {
    if (start === 'stop') await broker.restart()
    else await broker.killAndRestart()
    await reconnect()
    for (const offset of [0, 2, 3, BEGIN])
      expect(bodiesOf((await client.pull(GROUP, TOPIC, offset)).messages)[0]).toBe('new 1')
    expect(bodiesOf((await client.pull(GROUP, TOPIC, BEGIN + 1)).messages)).toEqual(['new 2'])
  }
})

it('a pull that waits while its topic is made again gets the first message of the new one', async () => {
  const waiting = client.pull(GROUP, TOPIC, 3, { holdMs: 5000 })
  await expect.poll(() => broker.parts.waitingPulls.size).toBe(1)
  await makeAgain()
  await client.send(TOPIC, { body: Buffer.from('new') })
  expect(bodiesOf((await waiting).messages)).toEqual(['new'])
})

it('a new group begins with the first message of a topic made again, as in a new topic', async () => {
  await makeAgain()
  const query = () =>
    client.connection.request(queryConsumerOffset, { consumerGroup: 'other', topic: TOPIC, queueId: 0 })
  expect((await query()).code).toBe(ResponseCode.QUERY_NOT_FOUND)
  await client.send(TOPIC)
  await client.send(TOPIC)
  expect((await query()).fields.offset).toBe(BEGIN)
})

it('its statistics say that it is empty', async () => {
  await makeAgain()
  const { body } = await client.connection.request(getTopicStatsInfo, { topic: TOPIC })
  expect(TopicStatsTable.decode(body).offsetTable.map(([, offsets]) => offsets)).toEqual([
    { minOffset: BEGIN, maxOffset: BEGIN, lastUpdateTimestamp: expect.any(Number) },
  ])
})

it('what was popped of the deleted topic neither comes back nor keeps messages of the new one', async () => {
  const pops = new PopClient(client.connection, GROUP)
  await pops.pop(TOPIC, { maxMsgNums: 2 })
  await makeAgain()
  await client.send(TOPIC, { body: Buffer.from('new 1') })
  await client.send(TOPIC, { body: Buffer.from('new 2') })
  // What a running consumer still knows.
  broker.parts.offsets.commit({ group: GROUP, topic: TOPIC, queueId: 0 }, 1)
  const popped = await pops.pop(TOPIC)
  expect(bodiesOf(popped.messages)).toEqual(['new 1', 'new 2'])
  await pops.ack(popped.messages[0]!)
  await broker.clock.advance(11_000)
  await expect.poll(() => broker.parts.checkPoints.size).toBe(0)
  expect(bodiesOf((await pops.pop(TOPIC)).messages)).toEqual(['new 2'])
})

it('a delayed message of the deleted topic is delivered to the new one', async () => {
  await client.send(TOPIC, { body: Buffer.from('late'), props: { DELAY: '2' } })
  await makeAgain()
  await broker.clock.advance(5_000)
  await expect.poll(() => broker.parts.store.maxOffset(TOPIC, 0)).toBe(BEGIN + 1)
  expect(bodiesOf((await client.pull(GROUP, TOPIC, BEGIN)).messages)).toEqual(['late'])
})
