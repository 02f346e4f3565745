import { ResponseCode } from '@rocketeer/protocol'
import { decodeProperties, PropertyName } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subscriptionGroupConfig } from '../tables/group-config.js'
import { topicConfig } from '../tables/topic-config.js'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'

const RETRY_TOPIC = '%RETRY%readers_orders'

let broker: BrokerFixture
let client: TestClient
let popper: PopClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
  popper = new PopClient(client.connection)
  const attributes = new Map([['message.type', 'PRIORITY']])
  const settings = { readQueueNums: 4, writeQueueNums: 4, attributes }
  await broker.parts.topics.put([topicConfig('orders', settings)])
})

afterEach(() => broker[Symbol.asyncDispose]())

/** The body is the priority. */
async function send(...priorities: readonly number[]): Promise<number[]> {
  const queues: number[] = []
  for (const priority of priorities) {
    const props = { [PropertyName.PRIORITY]: String(priority) }
    const sent = await client.send('orders', { queueId: 1, body: Buffer.from(String(priority)), props })
    expect(sent.code).toBe(ResponseCode.SUCCESS)
    queues.push(sent.fields.queueId)
  }
  return queues
}

async function popOneByOne(count: number): Promise<string[]> {
  const bodies: string[] = []
  for (let index = 0; index < count; index++) {
    const { messages } = await popper.pop('orders', { maxMsgNums: 1 })
    bodies.push(...messages.map(({ body }) => body.toString()))
  }
  return bodies
}

/** Lets the invisible time pass, until each of these queues of the retry topic has one message more. */
async function comeBack(queueIds: readonly number[]): Promise<void> {
  const { topics, store } = broker.parts
  const ends = () =>
    queueIds.map((queueId) => (topics.has(RETRY_TOPIC) ? store.maxOffset(RETRY_TOPIC, queueId) : 0))
  const expected = ends().map((end) => end + 1)
  await broker.clock.advance(11_000)
  await expect.poll(ends).toEqual(expected)
}

describe('a message with a priority', () => {
  it('goes into the queue of this number, or the last one', async () => {
    expect(await send(0, 2, 3, 4, 1000)).toEqual([0, 2, 3, 3, 3])
  })

  it('goes there whatever its topic is declared for', async () => {
    await client.send('payments')
    const sent = await client.send('payments', { props: { [PropertyName.PRIORITY]: '2' } })
    expect(sent.fields.queueId).toBe(2)
  })

  it.each(['-1', 'high', '2147483648', ''])('"%s" goes where its producer says', async (priority) => {
    const sent = await client.send('orders', { queueId: 1, props: { [PropertyName.PRIORITY]: priority } })
    expect(sent.fields.queueId).toBe(1)
  })

  it.each([
    ['ordered', { __SHARDINGKEY: 'k' }],
    ['delayed', { DELAY: '1' }],
    ['half of a transaction', { TRAN_MSG: 'true' }],
  ])('loses it when it is %s', async (_kind, props) => {
    const priority = { [PropertyName.PRIORITY]: '3' }
    const sent = await client.send('orders', { queueId: 1, props: { ...priority, ...props, TAGS: 'x' } })
    expect(sent.fields.queueId).toBe(1)
    await broker.clock.advance(1000)
    const stored = async () => {
      const places = [client.pull('tools', 'orders', 0, { queueId: 1, tags: '*' })]
      places.push(client.pull('tools', 'RMQ_SYS_TRANS_HALF_TOPIC', 0, { tags: '*' }))
      const [found] = (await Promise.all(places)).flatMap(({ messages }) => messages)
      return found && decodeProperties(found.properties)
    }
    await expect.poll(stored).toMatchObject({ TAGS: 'x' })
    expect(await stored()).not.toHaveProperty(PropertyName.PRIORITY)
  })
})

describe('popping a topic with priorities', () => {
  it('gives the highest first', async () => {
    await send(0, 1, 2, 3, 0, 3)
    expect(await popOneByOne(6)).toEqual(['3', '3', '2', '1', '0', '0'])
  })

  it('gives 0 first when priorities do not ascend', async () => {
    broker.parts.config.update({ ascendingPriorities: false })
    await send(3, 1, 0)
    expect(await popOneByOne(3)).toEqual(['0', '1', '3'])
  })

  it('gives what was tried before after everything new', async () => {
    await send(1)
    await popOneByOne(1)
    await comeBack([0])
    await send(0)
    expect(await popOneByOne(2)).toEqual(['0', '1'])
  })

  it('keeps the priorities of what was tried before when retries have separate queues', async () => {
    broker.parts.config.update({ separateRetryQueues: true })
    await send(0, 1, 2, 3)
    await popOneByOne(4)
    await comeBack([0, 1, 2, 3])
    expect(await popOneByOne(4)).toEqual(['3', '2', '1', '0'])
  })

  it('gives the retry topic more queues when its topic has more, and when they are wanted separate', async () => {
    await send(3)
    await popOneByOne(1)
    await comeBack([0])
    broker.parts.config.update({ separateRetryQueues: true })
    const orders = broker.parts.topics.get('orders')!
    await broker.parts.topics.put([{ ...orders, readQueueNums: 6, writeQueueNums: 6 }])
    await send(5)
    expect(await popOneByOne(2)).toEqual(['5', '3'])
    await comeBack([5])
    expect(broker.parts.topics.get(RETRY_TOPIC)).toMatchObject({ readQueueNums: 6, writeQueueNums: 6 })
    expect(await popOneByOne(2)).toEqual(['5', '3'])
  })

  it('goes by its turn for the group that wants no priorities', async () => {
    const attributes = new Map([['priority.factor', '0']])
    await broker.parts.groups.put([{ ...subscriptionGroupConfig('readers'), attributes }])
    const firsts = new Set<string>()
    // 40 fair throws of a four-sided die that all show the same side: once in 10^23 runs.
    for (let round = 0; round < 40; round++) {
      await send(0, 1, 2, 3)
      firsts.add((await popOneByOne(1))[0]!)
      await popper.pop('orders')
    }
    expect(firsts.size).toBeGreaterThan(1)
  })
})
