import { ResponseCode } from '@rocketeer/protocol'
import { decodeMessageId, decodeProperties, parseHost } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})

afterEach(() => broker[Symbol.asyncDispose]())

describe('a message to a new topic', () => {
  it('creates the topic from the template with no more queues than the client asks for', async () => {
    const sent = await client.send('orders', { queueId: 3 })
    expect(sent.code).toBe(ResponseCode.SUCCESS)
    expect(broker.parts.topics.get('orders')).toMatchObject({ readQueueNums: 4, writeQueueNums: 4, perm: 6 })
    expect(sent.fields).toMatchObject({ queueId: 3, queueOffset: 0, region: 'DefaultRegion', traceOn: true })
  })

  it('is refused when topics are not created by sending', async () => {
    await using strict = await BrokerFixture.start({ autoCreateTopics: false })
    const sent = await (await strict.client()).send('orders')
    expect(sent.code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    expect(sent.remark).toMatch(/topic\[orders\] not exist, apply first please!/)
  })

  it('is refused when its name is illegal', async () => {
    const sent = await client.send('orders!')
    expect(sent.code).toBe(ResponseCode.INVALID_PARAMETER)
    expect(sent.remark).toMatch(/contains illegal characters/)
  })
})

describe('a queue that the client leaves open', () => {
  it('is chosen by the random numbers the broker was given', async () => {
    const numbers = [0.99, 0, 0.5]
    await using chosen = await BrokerFixture.start({ random: () => numbers.shift() ?? 0 })
    const sender = await chosen.client()
    await sender.send('orders', { queueId: 0, defaultTopicQueueNums: 4 })
    const queues: unknown[] = []
    for (let i = 0; i < 3; i++) queues.push((await sender.send('orders', { queueId: -1 })).fields.queueId)
    expect(queues).toEqual([3, 0, 2])
  })
})

describe('a stored message', () => {
  it('comes back with what the broker added, and the id leads to it', async () => {
    const sent = await client.send('orders', {
      props: { TAGS: 'paid', KEYS: '17', UNIQ_KEY: 'AB' },
      body: Buffer.from('seventeen'),
    })
    const { messages } = await client.pull('readers', 'orders', 0, { tags: '*' })
    expect(messages).toHaveLength(1)
    expect(decodeProperties(messages[0]!.properties)).toEqual({
      TAGS: 'paid',
      KEYS: '17',
      UNIQ_KEY: 'AB',
      CLUSTER: 'DefaultCluster',
      MSG_REGION: 'DefaultRegion',
      TRACE_ON: 'true',
    })
    expect(messages[0]!.body.toString()).toBe('seventeen')
    expect(sent.fields.transactionId).toBe('AB')
    expect(decodeMessageId(sent.fields.msgId)).toEqual({
      storeHost: parseHost(broker.address),
      physicalOffset: messages[0]!.physicalOffset,
    })
  })

  it('gets a unique key when the producer gave none', async () => {
    const first = await client.send('orders')
    const second = await client.send('orders')
    expect(first.fields.transactionId).toMatch(/^[0-9A-F]{32}$/)
    expect(second.fields.transactionId).not.toBe(first.fields.transactionId)
    const { messages } = await client.pull('readers', 'orders', 0, { tags: '*' })
    expect(decodeProperties(messages[0]!.properties).UNIQ_KEY).toBe(first.fields.transactionId)
  })

  it('does not keep what only the broker may say', async () => {
    await client.send('orders', { props: { CLUSTER: 'forged', POP_CK: '1 2 3', TAGS: 'x' } })
    const { messages } = await client.pull('readers', 'orders', 0, { tags: '*' })
    const properties = decodeProperties(messages[0]!.properties)
    expect(properties.CLUSTER).toBe('DefaultCluster')
    expect(properties).not.toHaveProperty('POP_CK')
    expect(properties.TAGS).toBe('x')
  })

  it("says what the broker's options are now", async () => {
    await client.send('orders')
    broker.parts.config.update({ traceMessages: false })
    const sent = await client.send('orders')
    const { messages } = await client.pull('readers', 'orders', 0, { tags: '*' })
    const traced = messages.map(({ properties }) => decodeProperties(properties).TRACE_ON)
    expect([traced, sent.fields.traceOn]).toEqual([['true', 'false'], false])
  })

  it('is no half message when a client before 4.6.1 sends a committed one back', async () => {
    broker.parts.groups.find('readers')
    const props = { TRAN_MSG: 'true', DELAY: '3' }
    const sent = await client.send('%RETRY%readers', { props, reconsumeTimes: 1, defaultTopicQueueNums: 1 })
    expect(sent.code).toBe(ResponseCode.SUCCESS)
    expect(broker.parts.store.maxOffset('SCHEDULE_TOPIC_XXXX', 2)).toBe(1)
    expect((await client.send('%RETRY%readers', { props })).remark).toMatch(/cannot be delayed/)
  })

  it('goes to any of the queues when the producer leaves it open', async () => {
    const queues = new Set<number>()
    for (let i = 0; i < 40; i++) queues.add((await client.send('orders', { queueId: -1 })).fields.queueId)
    expect(queues.size).toBeGreaterThan(1)
    for (const queueId of queues) expect(queueId).toBeLessThan(4)
  })
})

describe('the broker refuses', () => {
  it.each([
    [
      'a queue the topic does not have',
      { queueId: 4 },
      ResponseCode.INVALID_PARAMETER,
      /queueId\[4\] is illegal/,
    ],
    [
      'a body above the limit',
      { body: Buffer.alloc(4 * 1024 * 1024 + 1) },
      ResponseCode.MESSAGE_ILLEGAL,
      /msg body length limit 4194304B/,
    ],
    ['an empty body', { body: Buffer.alloc(0) }, ResponseCode.MESSAGE_ILLEGAL, /body/],
    [
      'properties above 32 KiB',
      { props: { K: 'x'.repeat(33_000) } },
      ResponseCode.MESSAGE_ILLEGAL,
      /properties length limit 32KB/,
    ],
    [
      'properties above 32 KiB in bytes, not characters',
      { props: { K: '漢'.repeat(11_000) } },
      ResponseCode.MESSAGE_ILLEGAL,
      /properties length limit 32KB/,
    ],
    ['half a transaction by its flag', { sysFlag: 4 }, ResponseCode.MESSAGE_ILLEGAL, /transaction/],
  ])('%s', async (_name, overrides, code, remark) => {
    await client.send('orders')
    const sent = await client.send('orders', overrides)
    expect(sent.code).toBe(code)
    expect(sent.remark).toMatch(remark)
    expect(broker.parts.store.maxOffset('orders', 0)).toBe(1)
  })

  it.each(['SCHEDULE_TOPIC_XXXX', 'RMQ_SYS_TRANS_HALF_TOPIC'])('topic %s', async (topic) => {
    const sent = await client.send(topic)
    expect(sent.code).toBe(ResponseCode.NO_PERMISSION)
    expect(sent.remark).toBe(`Sending message to topic[${topic}] is forbidden.`)
  })

  it('everything when the broker may not be written to', async () => {
    await client.send('orders')
    broker.parts.config.update({ brokerPermission: 4 })
    expect(await client.send('orders')).toMatchObject({
      code: ResponseCode.NO_PERMISSION,
      remark: expect.stringContaining('broker[broker-a] sending message is forbidden: its brokerPermission'),
    })
  })

  it('more messages at once than may be in flight', async () => {
    await client.send('orders')
    broker.parts.config.update({ sendsInProgressMax: 2 })
    const codes = (await Promise.all([1, 2, 3, 4].map(() => client.send('orders')))).map(({ code }) => code)
    expect(codes.filter((code) => code === ResponseCode.SUCCESS)).toHaveLength(2)
    expect(codes.filter((code) => code === ResponseCode.SYSTEM_BUSY)).toHaveLength(2)
    expect(broker.parts.gate.inFlightRequests).toBe(0)
  })
})
