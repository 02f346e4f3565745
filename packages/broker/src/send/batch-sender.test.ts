import { deflateSync, inflateSync } from 'node:zlib'
import { type RequestFields, ResponseCode } from '@rocketeer/protocol'
import { BatchMessages } from '@rocketeer/protocol/bodies'
import { sendBatchMessage } from '@rocketeer/protocol/commands'
import { decodeProperties, encodeProperties, SysFlag } from '@rocketeer/protocol/record'
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

function sendBatch(
  topic: string,
  body: Buffer,
  changes: Partial<RequestFields<typeof sendBatchMessage>> = {},
  sender = client,
) {
  return sender.connection.request(
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
      ...changes,
    },
    body,
  )
}

const batchOf = (...bodies: string[]) =>
  BatchMessages.encode(
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

it('gives a key to each message that came without one, and the key of the batch back', async () => {
  const body = BatchMessages.encode(
    [1, 2].map((n) => ({ flag: 0, body: Buffer.from(String(n)), properties: '' })),
  )
  const sent = await sendBatch('orders', body, { properties: encodeProperties({ UNIQ_KEY: 'BATCH' }) })
  expect(sent.fields.transactionId).toBe('BATCH')
  const { messages } = await client.pull('tools', 'orders', 0, { tags: '*' })
  const keys = messages.map(({ properties }) => decodeProperties(properties).UNIQ_KEY)
  expect(new Set(keys).size).toBe(2)
  expect(keys.every((key) => /^[0-9A-F]{32}$/.test(key!))).toBe(true)
})

it('keeps the batch’s word that bodies are packed', async () => {
  const body = deflateSync('a long text')
  const batch = BatchMessages.encode([{ flag: 0, body, properties: '' }])
  await sendBatch('orders', batch, { sysFlag: SysFlag.COMPRESSED })
  const { messages } = await client.pull('tools', 'orders', 0, { tags: '*' })
  expect(messages[0]!.sysFlag & SysFlag.COMPRESSED).toBe(SysFlag.COMPRESSED)
  expect(inflateSync(messages[0]!.body).toString()).toBe('a long text')
})

it('keeps two batches sent at the same time apart', async () => {
  await client.send('orders')
  const other = await broker.client()
  const batches = ['a', 'b'].map((name) => batchOf(...Array.from({ length: 50 }, (_, n) => `${name}${n}`)))
  const [first, second] = await Promise.all([
    sendBatch('orders', batches[0]!),
    sendBatch('orders', batches[1]!, {}, other),
  ])
  expect([first.fields.queueOffset, second.fields.queueOffset].sort((a, b) => a - b)).toEqual([1, 51])
  for (const [name, sent] of [
    ['a', first],
    ['b', second],
  ] as const) {
    const { messages } = await client.pull('tools', 'orders', sent.fields.queueOffset, {
      tags: '*',
      messagesMax: 50,
    })
    expect(messages.slice(0, 32).map(({ body }) => body.toString())).toEqual(
      Array.from({ length: 32 }, (_, n) => `${name}${n}`),
    )
  }
})

const withProperties = (properties: Record<string, string>) =>
  BatchMessages.encode([
    { flag: 0, body: Buffer.from('a'), properties: '' },
    { flag: 0, body: Buffer.from('b'), properties: encodeProperties(properties) },
  ])

/** A batch of two with four bytes of it overwritten. */
function forged(at: number, value: number): Buffer {
  const body = batchOf('a', 'b')
  body.writeInt32BE(value, at)
  return body
}

it.each([
  ['an empty batch', 'orders', Buffer.alloc(0), {}, '0 messages'],
  ['a retry topic', '%RETRY%readers', batchOf('a'), {}, 'retry group'],
  ['a batch cut short', 'orders', batchOf('a', 'b').subarray(0, 50), {}, 'in a batch'],
  ['a message longer than the batch', 'orders', forged(0, 1_000_000), {}, 'run past its end'],
  ['a message of no length', 'orders', forged(0, 0), {}, 'run past its end'],
  ['a negative length', 'orders', forged(0, -1), {}, 'run past its end'],
  ['a body longer than its message', 'orders', forged(16, 1000), {}, 'run past its end'],
  ['a body of negative length', 'orders', forged(16, -1), {}, 'run past its end'],
  ['lengths that do not add up', 'orders', forged(16, 0), {}, 'do not add up'],
  ['an empty body', 'orders', batchOf('a', ''), {}, 'message 1 of the batch has no body'],
  ['a delay level', 'orders', withProperties({ DELAY: '3' }), {}, 'message 1 of the batch has a delay level'],
  ['a delivery time', 'orders', withProperties({ TIMER_DELIVER_MS: '9' }), {}, 'has a delivery time'],
  ['half of a transaction', 'orders', withProperties({ TRAN_MSG: 'true' }), {}, 'half of a transaction'],
  [
    'long properties',
    'orders',
    withProperties({ K: 'x'.repeat(32_760) }),
    {},
    'message 1 of the batch: its properties have 32763 bytes',
  ],
  ['a transaction of all', 'orders', batchOf('a'), { sysFlag: 4 }, 'part of a transaction'],
  ['a delay of all', 'orders', batchOf('a'), { properties: encodeProperties({ DELAY: '1' }) }, 'delay level'],
  ['more than fits', 'orders', batchOf('x'.repeat(4 * 1024 * 1024)), {}, 'the limit is 4194304'],
])('refuses %s and stores nothing of it', async (_name, topic, body, changes, reason) => {
  await client.send('orders')
  const sent = await sendBatch(topic, body, changes)
  expect(sent.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
  expect(sent.remark).toContain(reason)
  expect(broker.parts.store.maxOffset('orders', 0)).toBe(1)
  expect((await sendBatch('orders', batchOf('a', 'b'))).fields.queueOffset).toBe(1)
})
