import {
  decodeProperties,
  encodeBatchMessages,
  encodeProperties,
  ResponseCode,
  sendBatchMessage,
} from '@rocketeer/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})

afterEach(() => broker[Symbol.asyncDispose]())

function sendBatch(topic: string, body: Buffer) {
  return client.connection.request(
    sendBatchMessage,
    {
      producerGroup: 'producers',
      topic,
      defaultTopic: 'TBW102',
      defaultTopicQueueNums: 4,
      queueId: 0,
      sysFlag: 0,
      bornTimestamp: 1,
      flag: 0,
      batch: true,
    },
    body,
  )
}

const batchOf = (...bodies: string[]) =>
  encodeBatchMessages(
    bodies.map((body, index) => ({
      flag: index,
      body: Buffer.from(body),
      properties: encodeProperties({ UNIQ_KEY: `U${index}`, TAGS: index % 2 ? 'odd' : 'even' }),
    })),
  )

it('makes a record of every message, with offsets in a row', async () => {
  await client.send('orders')
  const sent = await sendBatch('orders', batchOf('a', 'b', 'c'))
  expect(sent.code).toBe(ResponseCode.SUCCESS)
  expect(sent.fields.queueOffset).toBe(1)
  expect(sent.fields.msgId.split(',')).toHaveLength(3)
  const { messages } = await client.pull('tools', 'orders', 1, { tags: 'even' })
  expect(messages.map(({ body, queueOffset, flag }) => [body.toString(), queueOffset, flag])).toEqual([
    ['a', 1, 0],
    ['c', 3, 2],
  ])
  expect(decodeProperties(messages[1]!.properties)).toMatchObject({
    UNIQ_KEY: 'U2',
    CLUSTER: 'DefaultCluster',
  })
})

it.each([
  ['an empty batch', 'orders', Buffer.alloc(0), ResponseCode.MESSAGE_ILLEGAL],
  ['a retry topic', '%RETRY%readers', batchOf('a'), ResponseCode.MESSAGE_ILLEGAL],
  ['a batch cut short', 'orders', batchOf('a', 'b').subarray(0, 50), ResponseCode.SYSTEM_ERROR],
])('refuses %s and stores nothing of it', async (_name, topic, body, code) => {
  await client.send('orders')
  expect((await sendBatch(topic, body)).code).toBe(code)
  expect(broker.parts.store.maxOffset('orders', 0)).toBe(1)
})
