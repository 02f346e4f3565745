import { ResponseCode } from '@rocketeer/protocol'
import { getConsumeStats, peekMessage, popRollback } from '@rocketeer/protocol/commands'
import { decodeProperties, decodeRecords, PropertyName } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient, type PoppedMessage } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'

/** So that copying what a killed broker left takes no time. */
const SMALL_FILES = {
  commitLogFileBytes: 4 * 1024 * 1024,
  consumeQueueFileEntries: 1_000,
  indexMessages: false,
}

let broker: BrokerFixture
let client: TestClient
let popper: PopClient

beforeEach(async () => {
  broker = await BrokerFixture.start(SMALL_FILES)
  client = await broker.client()
  popper = new PopClient(client.connection)
})

afterEach(() => broker[Symbol.asyncDispose]())

const bodies = (messages: readonly { body: Buffer }[]) => messages.map(({ body }) => body.toString())

async function send(...messages: readonly string[]): Promise<void> {
  for (const body of messages) await client.send('orders', { body: Buffer.from(body) })
}

/** Waits for what comes back: making a retry topic takes a moment of real time. */
const popBack = () => popper.pop('orders', { pollTime: 1000 })

async function popBackAll(count: number): Promise<PoppedMessage[]> {
  const messages: PoppedMessage[] = []
  while (messages.length < count) messages.push(...(await popBack()).messages)
  return messages
}

/** Reconnects: a restart closes all connections. */
async function restart(how: 'clean' | 'killed'): Promise<void> {
  if (how === 'clean') await broker.restart()
  else await broker.killAndRestart()
  client = await broker.client()
  popper = new PopClient(client.connection)
}

describe('popping', () => {
  it('gives each message to one consumer only', async () => {
    await send('1', '2', '3', '4')
    const other = new PopClient((await broker.client()).connection)
    const [first, second] = await Promise.all([
      popper.pop('orders', { maxMsgNums: 2 }),
      other.pop('orders', { maxMsgNums: 2 }),
    ])
    const third = await popper.pop('orders')
    const all = [...first.messages, ...second.messages, ...third.messages]
    expect(bodies(all).sort()).toEqual(['1', '2', '3', '4'])
  })

  it('has the offset of the group follow', async () => {
    await send('1', '2')
    await popper.pop('orders')
    expect(broker.parts.offsets.query({ group: 'readers', topic: 'orders', queueId: 0 })).toBe(2)
  })

  it('counts for operators what is not acknowledged', async () => {
    const popped = async () =>
      (await client.connection.request(getConsumeStats, { consumerGroup: 'readers' })).fields.popped
    expect(await popped()).toBe(0)
    await send('1', '2', '3')
    const { messages } = await popper.pop('orders')
    expect(await popped()).toBe(3)
    await popper.ack(messages[0]!)
    expect(await popped()).toBe(2)
  })

  it('filters by tag', async () => {
    await client.send('orders', { props: { TAGS: 'a' }, body: Buffer.from('1') })
    await client.send('orders', { props: { TAGS: 'b' }, body: Buffer.from('2') })
    await client.send('orders', { props: { TAGS: 'c' }, body: Buffer.from('3') })
    const popped = await popper.pop('orders', { exp: 'a || c', expType: 'TAG' })
    expect(bodies(popped.messages)).toEqual(['1', '3'])
    expect((await popper.pop('orders')).code).toBe(ResponseCode.POLLING_TIMEOUT)
  })

  it('filters by properties', async () => {
    await client.send('orders', { props: { amount: '5' }, body: Buffer.from('1') })
    await client.send('orders', { props: { amount: '50' }, body: Buffer.from('2') })
    const popped = await popper.pop('orders', { exp: 'amount > 10', expType: 'SQL92' })
    expect(bodies(popped.messages)).toEqual(['2'])
    const wrong = await popper.pop('orders', { exp: 'amount >', expType: 'SQL92' })
    expect(wrong.code).toBe(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
  })

  it('finds the one message that matches behind thousands that do not', async () => {
    for (let i = 0; i < 2000; i++) client.send('orders', { props: { TAGS: 'b' } }).catch(() => {})
    await client.send('orders', { props: { TAGS: 'a' }, body: Buffer.from('found') })
    const popped = await popper.pop('orders', { exp: 'a', expType: 'TAG' })
    expect(bodies(popped.messages)).toEqual(['found'])
  })

  it('of a group that is new begins where it asks for', async () => {
    await send('1', '2')
    expect(bodies((await new PopClient(client.connection, 'old').pop('orders')).messages)).toEqual(['1', '2'])
    // What lies in memory as a whole is given from its beginning, as Apache does.
    const fresh = await new PopClient(client.connection, 'new').pop('orders', { initMode: 1 })
    expect(bodies(fresh.messages)).toEqual(['1', '2'])
  })

  it('goes on where an administrator has set the group', async () => {
    await send('1', '2', '3')
    const { messages } = await popper.pop('orders')
    await popper.ackAll(messages)
    broker.parts.offsets.reset({ group: 'readers', topic: 'orders', queueId: 0 }, 1)
    expect(bodies((await popper.pop('orders')).messages)).toEqual(['2', '3'])
  })
})

describe('peeking', () => {
  const peek = (maxMsgNums: number, queueId = -1) =>
    client.connection.request(peekMessage, { consumerGroup: 'readers', topic: 'orders', queueId, maxMsgNums })

  it('shows what would be popped and takes nothing', async () => {
    await send('1', '2', '3')
    const peeked = await peek(2)
    expect(bodies(decodeRecords(peeked.body))).toEqual(['1', '2'])
    expect(peeked.fields).toMatchObject({ restNum: 3, popTime: broker.clock.now() })
    expect(bodies((await popper.pop('orders')).messages)).toEqual(['1', '2', '3'])
    expect((await peek(2)).code).toBe(ResponseCode.PULL_NOT_FOUND)
    expect((await peek(2, 99)).code).toBe(ResponseCode.INVALID_PARAMETER)
  })
})

it('has nothing to roll back: check points are in the revive topic always', async () => {
  expect((await client.connection.request(popRollback, {})).code).toBe(ResponseCode.SUCCESS)
})

describe('a popped message', () => {
  beforeEach(() => send('1'))

  it('comes back through the retry topic after its invisible time', async () => {
    await popper.pop('orders')
    expect((await popper.pop('orders')).code).toBe(ResponseCode.POLLING_TIMEOUT)
    await broker.clock.advance(10_200)
    const again = await popBack()
    expect(bodies(again.messages)).toEqual(['1'])
    expect(again.messages[0]).toMatchObject({ topic: 'orders', reconsumeTimes: 1 })
    expect(broker.parts.topics.has('%RETRY%readers_orders')).toBe(true)
    await popper.ack(again.messages[0]!)
    await broker.clock.advance(60_000)
    expect((await popper.pop('orders')).messages).toEqual([])
    expect(broker.parts.checkPoints.size).toBe(0)
    expect(broker.clock.pending).toBeLessThan(10)
  })

  it('comes back through a retry topic of version 2 where that is set, and through those of version 1 still', async () => {
    await popBack()
    await broker.clock.advance(10_200)
    broker.parts.config.update({ useRetryTopicV2: true })
    await send('2')
    expect(bodies(await popBackAll(2)).sort()).toEqual(['1', '2'])
    await broker.clock.advance(10_200)
    const again = await popBackAll(2)
    expect(bodies(again).sort()).toEqual(['1', '2'])
    expect(broker.parts.topics.has('%RETRY%readers+orders')).toBe(true)
    expect((await popper.ackAll(again)).code).toBe(ResponseCode.SUCCESS)
    expect(broker.parts.checkPoints.size).toBe(0)
  })

  it('does not come back once it is acknowledged', async () => {
    const { messages } = await popper.pop('orders')
    expect((await popper.ack(messages[0]!)).code).toBe(ResponseCode.SUCCESS)
    expect((await popper.ack(messages[0]!)).code).toBe(ResponseCode.SUCCESS)
    await broker.clock.advance(60_000)
    expect((await popper.pop('orders')).messages).toEqual([])
  })

  it('ends among the dead letters when it was given too often', async () => {
    const group = { ...broker.parts.groups.find('readers')!, retryMaxTimes: 2 }
    await broker.parts.groups.put([group])
    for (const reconsumeTimes of [0, 1, 2]) {
      const { messages } = await popBack()
      expect(messages[0]).toMatchObject({ reconsumeTimes })
      await broker.clock.advance(10_200)
    }
    await expect.poll(() => broker.parts.store.maxOffset('%DLQ%readers', 0)).toBe(1)
    expect((await popper.pop('orders')).messages).toEqual([])
    const dead = await client.pull('readers', '%DLQ%readers', 0, { tags: '*' })
    expect(bodies(dead.messages)).toEqual(['1'])
    expect(decodeProperties(dead.messages[0]!.properties)[PropertyName.DLQ_ORIGIN_TOPIC]).toBe('orders')
  })

  it('comes back when its consumer wants it to', async () => {
    const { messages } = await popBack()
    const changed = await popper.changeInvisibleTime(messages[0]!, 1000)
    expect(changed.code).toBe(ResponseCode.SUCCESS)
    await broker.clock.advance(1200)
    expect(bodies((await popBack()).messages)).toEqual(['1'])
    await broker.clock.advance(9000)
    expect((await popper.pop('orders')).messages).toEqual([])
  })

  it('is acknowledged by the handle it got last', async () => {
    const { messages } = await popBack()
    const changed = await popper.changeInvisibleTime(messages[0]!, 60_000)
    const renewed = popper.renewed(messages[0]!, changed.fields)
    const twice = await popper.changeInvisibleTime(renewed, 90_000)
    expect((await popper.changeInvisibleTime(renewed, 5000)).code).toBe(ResponseCode.NO_MESSAGE)
    await popper.ack(popper.renewed(renewed, twice.fields))
    await broker.clock.advance(120_000)
    expect((await popper.pop('orders')).messages).toEqual([])
  })

  it('does not count as consumed when it is given back for later', async () => {
    const { messages } = await popBack()
    await popper.changeInvisibleTime(messages[0]!, 1000, { suspend: true })
    await broker.clock.advance(1200)
    expect((await popBack()).messages[0]).toMatchObject({ reconsumeTimes: 0 })
  })

  it('does not come back when its topic is gone', async () => {
    await popper.pop('orders')
    await broker.parts.topics.delete(['orders'])
    expect(broker.parts.checkPoints.size).toBe(0)
  })
})

describe.each(['clean', 'killed'] as const)('a broker started again (%s)', (how) => {
  it('brings back what was not acknowledged, and only that', async () => {
    await send('1', '2', '3', '4')
    const { messages } = await popper.pop('orders', { maxMsgNums: 3 })
    await popper.ack(messages[1]!)
    await restart(how)
    expect(bodies((await popper.pop('orders')).messages)).toEqual(['4'])
    await broker.clock.advance(10_200)
    const again = await popBackAll(3)
    expect(bodies(again).sort()).toEqual(['1', '3', '4'])
    await popper.ackAll(again)
    await restart(how)
    await broker.clock.advance(60_000)
    expect((await popper.pop('orders')).messages).toEqual([])
    expect(broker.parts.checkPoints.size).toBe(0)
  })

  it('gives out again what its consumer said of a failure', async () => {
    const said = '{"attempts":[[1700000000000,0,5,0,0]],"errors":[["Error","down"]],"members":["me"]}'
    await send('1', '2')
    const { messages } = await popBack()
    await popper.changeInvisibleTime(messages[0]!, 30_000, { failureHistory: said })
    await popper.changeInvisibleTime(messages[1]!, 30_000, { failureHistory: 'x' })
    await restart(how)
    await broker.clock.advance(30_200)
    const again = await popBackAll(2)
    const histories = again.map(({ body, properties }) => [
      body.toString(),
      decodeProperties(properties).FAILURE_HISTORY,
    ])
    expect(Object.fromEntries(histories)).toEqual({ 1: said, 2: undefined })
  })

  it('knows the handles given out before', async () => {
    await send('1', '2')
    const { messages } = await popBack()
    const changed = await popper.changeInvisibleTime(messages[0]!, 30_000)
    await restart(how)
    expect((await popper.ack(popper.renewed(messages[0]!, changed.fields))).code).toBe(ResponseCode.SUCCESS)
    expect((await popper.ack(messages[1]!)).code).toBe(ResponseCode.SUCCESS)
    expect(broker.parts.checkPoints.size).toBe(0)
  })
})
