import { ResponseCode } from '@rocketeer/protocol'
import { decodeProperties, type MessageRecord } from '@rocketeer/protocol/record'
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

/** The one message that is the newest in a queue. */
async function newest(topic: string): Promise<MessageRecord> {
  const offset = broker.parts.store.maxOffset(topic, 0) - 1
  const { messages } = await client.pull('tools', topic, offset, { tags: '*' })
  expect(messages).toHaveLength(1)
  return messages[0]!
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Levels 3 to 18 of `1s 5s 10s 30s 1m … 2h`. */
const RETRY_DELAYS_MS = [
  10 * second,
  30 * second,
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30].map((minutes) => minutes * minute),
  1 * hour,
  2 * hour,
]

describe('a message sent back', () => {
  it('returns 16 times, later and later, and then is a dead letter', async () => {
    await client.send('orders', {
      props: { TAGS: 'paid', KEYS: 'k', UNIQ_KEY: 'U1' },
      body: Buffer.from('x'),
    })
    const original = await newest('orders')
    let message = original
    for (const [retry, delayMs] of RETRY_DELAYS_MS.entries()) {
      expect((await client.sendBack('readers', message)).code).toBe(ResponseCode.SUCCESS)
      await broker.clock.advance(delayMs - 1)
      expect(broker.parts.store.maxOffset('%RETRY%readers', 0)).toBe(retry)
      await broker.clock.advance(1)
      expect(broker.parts.store.maxOffset('%RETRY%readers', 0)).toBe(retry + 1)
      message = await newest('%RETRY%readers')
      expect(message.reconsumeTimes).toBe(retry + 1)
    }
    expect((await client.sendBack('readers', message)).code).toBe(ResponseCode.SUCCESS)
    expect(broker.parts.store.maxOffset('%RETRY%readers', 0)).toBe(16)

    const dead = await newest('%DLQ%readers')
    expect(dead.body.toString()).toBe('x')
    expect(dead.bornHost).toEqual(original.bornHost)
    expect(dead.bornTimestamp).toBe(original.bornTimestamp)
    const { ORIGIN_MESSAGE_ID, ...properties } = decodeProperties(dead.properties)
    expect(properties).toMatchObject({
      TAGS: 'paid',
      KEYS: 'k',
      UNIQ_KEY: 'U1',
      RETRY_TOPIC: 'orders',
      DLQ_ORIGIN_TOPIC: 'orders',
      DLQ_ORIGIN_MESSAGE_ID: ORIGIN_MESSAGE_ID,
    })
    expect(Number.parseInt(ORIGIN_MESSAGE_ID!.slice(16), 16)).toBe(original.physicalOffset)
    expect(broker.parts.topics.get('%DLQ%readers')).toMatchObject({
      readQueueNums: 1,
      writeQueueNums: 1,
      perm: 6,
    })
  })

  it('is dead after as many retries as its group has, or the consumer says', async () => {
    await broker.parts.groups.put([{ ...broker.parts.groups.find('readers')!, retryMaxTimes: 1 }])
    await client.send('orders')
    await client.sendBack('readers', await newest('orders'))
    await broker.clock.advance(10_000)
    await client.sendBack('readers', await newest('%RETRY%readers'))
    expect(broker.parts.store.maxOffset('%DLQ%readers', 0)).toBe(1)
    await client.sendBack('others', await newest('orders'), 0, 0)
    expect(broker.parts.store.maxOffset('%DLQ%others', 0)).toBe(1)
  })

  it('takes the level the consumer names; a negative one means dead at once', async () => {
    await client.send('orders')
    const message = await newest('orders')
    await client.sendBack('readers', message, 1)
    await broker.clock.advance(1000)
    expect(broker.parts.store.maxOffset('%RETRY%readers', 0)).toBe(1)
    await client.sendBack('readers', message, -1)
    expect(broker.parts.store.maxOffset('%DLQ%readers', 0)).toBe(1)
  })

  it('is delivered after a restart in the middle of its delay', async () => {
    await client.send('orders')
    await client.sendBack('readers', await newest('orders'))
    await broker.clock.advance(4000)
    await broker.restart()
    client = await broker.client()
    await broker.clock.advance(5999)
    expect(broker.parts.store.maxOffset('%RETRY%readers', 0)).toBe(0)
    await broker.clock.advance(1)
    expect(broker.parts.store.maxOffset('%RETRY%readers', 0)).toBe(1)
  })

  it('takes along what its consumer says of its failures, and from a retry to the dead letters', async () => {
    const said = (attempts: number) =>
      JSON.stringify({
        attempts: Array.from({ length: attempts }, (_, times) => [1_700_000_000_000 + times, times, 5, 0, 0]),
        errors: [['Error', 'the database is down']],
        members: ['me'],
      })
    await client.send('orders')
    await client.sendBack('readers', await newest('orders'), 1, undefined, said(1))
    await broker.clock.advance(1000)
    const retry = await newest('%RETRY%readers')
    expect(decodeProperties(retry.properties).FAILURE_HISTORY).toBe(said(1))
    // What is no history leaves the one there is.
    await client.sendBack('readers', retry, 1, undefined, 'x'.repeat(9_000))
    await client.sendBack('readers', retry, 1, undefined, '{"attempts":7}')
    await broker.clock.advance(1000)
    expect(decodeProperties((await newest('%RETRY%readers')).properties).FAILURE_HISTORY).toBe(said(1))
    await client.sendBack('readers', retry, -1, undefined, said(2))
    expect(decodeProperties((await newest('%DLQ%readers')).properties).FAILURE_HISTORY).toBe(said(2))
  })

  it.each([
    ['of which nothing is stored at that offset', 1, ResponseCode.SYSTEM_ERROR],
    ['beyond the end', 1e9, ResponseCode.SYSTEM_ERROR],
  ])('%s is refused', async (_name, distance, code) => {
    await client.send('orders')
    const message = await newest('orders')
    const physicalOffset = message.physicalOffset + distance
    const answer = await client.sendBack('readers', { ...message, physicalOffset })
    expect(answer.code).toBe(code)
    expect(answer.remark).toBe(`look message by offset failed, ${physicalOffset}`)
  })

  it('of a group that does not exist is refused where groups are not created', async () => {
    await client.send('orders')
    const message = await newest('orders')
    broker.parts.config.update({ autoCreateGroups: false })
    expect((await client.sendBack('strangers', message)).code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
  })
})

describe('an ordinary send to a retry topic', () => {
  it('is delayed like a retry, and dead past the limit', async () => {
    await client.send('%RETRY%readers', { props: { DELAY: '3' }, reconsumeTimes: 1 })
    expect(broker.parts.store.maxOffset('%RETRY%readers', 0)).toBe(0)
    await broker.clock.advance(10_000)
    expect((await newest('%RETRY%readers')).reconsumeTimes).toBe(1)
    await client.send('%RETRY%readers', { props: { DELAY: '3' }, reconsumeTimes: 3, maxReconsumeTimes: 2 })
    expect(broker.parts.store.maxOffset('%DLQ%readers', 0)).toBe(1)
  })

  it('is dead at once while the group consumes in order', async () => {
    broker.parts.locks.lock('readers', [{ topic: 'orders', brokerName: 'broker-a', queueId: 0 }], {
      clientId: 'me',
      peer: client.connection,
    })
    await client.send('%RETRY%readers', { reconsumeTimes: 1 })
    expect(broker.parts.store.maxOffset('%DLQ%readers', 0)).toBe(1)
  })
})
