import { ResponseCode } from '@rocketeer/protocol'
import { BatchMessages } from '@rocketeer/protocol/bodies'
import { sendBatchMessage } from '@rocketeer/protocol/commands'
import { encodeProperties } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { topicConfig } from '../tables/topic-config.js'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start({ checkMessageTypes: true })
  client = await broker.client()
})

afterEach(() => broker[Symbol.asyncDispose]())

const KINDS: Record<string, Record<string, string>> = {
  NORMAL: { TAGS: 'a' },
  FIFO: { __SHARDINGKEY: 'k' },
  DELAY: { DELAY: '1' },
  TRANSACTION: { TRAN_MSG: 'true' },
  PRIORITY: { _SYS_MSG_PRIORITY_: '1' },
}

async function declare(topic: string, type: string | undefined): Promise<void> {
  const attributes = new Map(type === undefined ? [] : [['message.type', type]])
  await broker.parts.topics.put([topicConfig(topic, { attributes })])
}

it.each(['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'PRIORITY', undefined])(
  'a topic of type %s takes messages of its kind only',
  async (type) => {
    await declare('orders', type)
    for (const [kind, props] of Object.entries(KINDS)) {
      const { code, remark } = await client.send('orders', { props })
      const fits = kind === (type ?? 'NORMAL')
      expect([kind, code]).toEqual([kind, fits ? ResponseCode.SUCCESS : ResponseCode.MESSAGE_ILLEGAL])
      if (!fits) expect(remark).toContain(`but actual type is ${kind}: send it to a topic with`)
    }
  },
)

it('a topic of type MIXED takes all, and so do retry topics', async () => {
  await declare('orders', 'MIXED')
  await client.consume('readers', { orders: '*' })
  for (const props of Object.values(KINDS))
    expect((await client.send('orders', { props })).code).toBe(ResponseCode.SUCCESS)
  const retried = await client.send('%RETRY%readers', { props: KINDS.DELAY! })
  expect(retried.code).toBe(ResponseCode.SUCCESS)
})

it('one message of a batch that does not fit keeps all of them out', async () => {
  await declare('orders', 'FIFO')
  const sendBatch = (...kinds: string[]) => {
    const fields = { producerGroup: 'p', topic: 'orders', defaultTopic: 'TBW102', defaultTopicQueueNums: 4 }
    const rest = { queueId: 0, sysFlag: 0, bornTimestamp: 1, flag: 0, batch: true }
    const batch = kinds.map((kind) => ({
      flag: 0,
      body: Buffer.from('x'),
      properties: encodeProperties(KINDS[kind]!),
    }))
    return client.connection.request(sendBatchMessage, { ...fields, ...rest }, BatchMessages.encode(batch))
  }
  const refused = await sendBatch('FIFO', 'NORMAL')
  expect(refused.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
  expect(refused.remark).toContain('message 1 of the batch')
  expect(broker.parts.store.maxOffset('orders', 0)).toBe(0)
  expect((await sendBatch('FIFO', 'FIFO')).code).toBe(ResponseCode.SUCCESS)
})

it('message types are not checked unless the broker is told to', async () => {
  broker.parts.config.update({ checkMessageTypes: false })
  await declare('orders', 'FIFO')
  for (const props of Object.values(KINDS))
    expect((await client.send('orders', { props })).code).toBe(ResponseCode.SUCCESS)
})
