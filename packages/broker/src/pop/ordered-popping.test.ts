import { ResponseCode } from '@rocketeer/protocol'
import { invokeBrokerToResetOffset } from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient
let popper: PopClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
  popper = new PopClient(client.connection)
  for (const body of ['1', '2', '3', '4']) await client.send('orders', { body: Buffer.from(body) })
})

afterEach(() => broker[Symbol.asyncDispose]())

const bodies = (messages: readonly { body: Buffer }[]) => messages.map(({ body }) => body.toString())
const pop = (attemptId: string, pollTime = 0) =>
  popper.pop('orders', { order: true, maxMsgNums: 2, attemptId, pollTime })

describe('popping in order', () => {
  it('closes the queue until everything is acknowledged', async () => {
    const { messages } = await pop('a')
    expect(bodies(messages)).toEqual(['1', '2'])
    expect((await pop('b')).code).toBe(ResponseCode.POLLING_TIMEOUT)
    await popper.ack(messages[1]!)
    expect(broker.parts.offsets.query({ group: 'readers', topic: 'orders', queueId: 0 })).toBe(0)
    expect((await pop('c')).messages).toEqual([])
    await popper.ack(messages[0]!)
    expect(broker.parts.offsets.query({ group: 'readers', topic: 'orders', queueId: 0 })).toBe(2)
    expect(bodies((await pop('d')).messages)).toEqual(['3', '4'])
  })

  it('gives the same messages again, counted, when their time is up', async () => {
    await pop('a')
    await broker.clock.advance(10_001)
    const again = await pop('b')
    expect(bodies(again.messages)).toEqual(['1', '2'])
    expect(again.messages.map(({ orderCount }) => orderCount)).toEqual([1, 1])
    await popper.ackAll(again.messages)
    expect((await pop('c')).messages.map(({ orderCount }) => orderCount)).toEqual([0, 0])
  })

  it('goes on behind the messages that are acknowledged', async () => {
    const { messages } = await pop('a')
    await popper.ack(messages[0]!)
    await broker.clock.advance(10_001)
    const again = await pop('b')
    expect(bodies(again.messages)).toEqual(['2', '3'])
    expect(again.messages.map(({ orderCount }) => orderCount)).toEqual([1, 0])
  })

  it('answers an attempt that is repeated with the same messages', async () => {
    expect(bodies((await pop('a')).messages)).toEqual(['1', '2'])
    const repeated = await pop('a')
    expect(bodies(repeated.messages)).toEqual(['1', '2'])
    expect(repeated.messages[0]!.orderCount).toBe(0)
  })

  it('wakes who waits when the queue opens: acknowledged, or in time', async () => {
    const { messages } = await pop('a')
    const waiting = pop('b', 15_000)
    await expect.poll(() => broker.parts.waitingPops.size).toBe(1)
    await popper.ackAll(messages)
    expect(bodies((await waiting).messages)).toEqual(['3', '4'])
    const inTime = pop('c', 15_000)
    await expect.poll(() => broker.parts.waitingPops.size).toBe(1)
    await broker.clock.advance(10_100)
    expect(bodies((await inTime).messages)).toEqual(['3', '4'])
  })

  it('opens earlier or later when a consumer says so', async () => {
    const { messages } = await pop('a')
    for (const message of messages) {
      const changed = await popper.changeInvisibleTime(message, 1000)
      expect(changed.fields).toMatchObject({ popTime: expect.any(Number), reviveQid: 999 })
    }
    await broker.clock.advance(1001)
    expect(bodies((await pop('b')).messages)).toEqual(['1', '2'])
  })

  it('goes where an administrator sends the group, at once', async () => {
    await pop('a')
    const waiting = pop('b', 15_000)
    await expect.poll(() => broker.parts.waitingPops.size).toBe(1)
    await client.connection.request(invokeBrokerToResetOffset, {
      topic: 'orders',
      group: 'readers',
      queueId: 0,
      offset: 3,
      timestamp: -1,
      isForce: true,
    })
    expect(bodies((await waiting).messages)).toEqual(['4'])
  })

  it('knows across a restart what is closed', async () => {
    const { messages } = await pop('a')
    await broker.restart()
    popper = new PopClient((await broker.client()).connection)
    expect((await pop('b')).messages).toEqual([])
    expect((await popper.ackAll(messages)).code).toBe(ResponseCode.SUCCESS)
    expect(bodies((await pop('c')).messages)).toEqual(['3', '4'])
  })

  it('refuses an acknowledgement of what was not popped, and passes over one that is late', async () => {
    const { messages } = await pop('a')
    const [first] = messages
    const forged = { ...first!, handle: first!.handle.replace(/0$/, '3'), queueOffset: 3 }
    expect((await popper.ack(forged)).code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    await broker.clock.advance(10_001)
    await pop('b')
    expect((await popper.ack(first!)).code).toBe(ResponseCode.SUCCESS)
    expect(broker.parts.offsets.query({ group: 'readers', topic: 'orders', queueId: 0 })).toBe(0)
  })
})
