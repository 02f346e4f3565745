import { ManualClock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
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

const bodies = (messages: readonly { body: Buffer }[]) => messages.map(({ body }) => body.toString())

async function sendAll(...messages: readonly (readonly [tag: string, body: string])[]): Promise<void> {
  for (const [tag, body] of messages)
    await client.send('orders', { props: { TAGS: tag }, body: Buffer.from(body) })
}

describe('pulling', () => {
  it('gives the messages whose tags match and goes on behind the others', async () => {
    await sendAll(['a', '1'], ['b', '2'], ['c', '3'], ['a', '4'], ['b', '5'])
    const pulled = await client.pull('readers', 'orders', 0, { tags: 'a || c' })
    expect(pulled.code).toBe(ResponseCode.SUCCESS)
    expect(pulled.remark).toBe('FOUND')
    expect(bodies(pulled.messages)).toEqual(['1', '3', '4'])
    expect(pulled.fields).toMatchObject({
      nextBeginOffset: 5,
      minOffset: 0,
      maxOffset: 5,
      suggestWhichBrokerId: 0,
    })
  })

  it('asks to try again at once behind messages of which none matches', async () => {
    await sendAll(['a', '1'], ['b', '2'])
    const pulled = await client.pull('readers', 'orders', 0, { tags: 'c' })
    expect(pulled.code).toBe(ResponseCode.PULL_RETRY_IMMEDIATELY)
    expect(pulled.fields.nextBeginOffset).toBe(2)
  })

  it('gives no more messages than asked for', async () => {
    await sendAll(['a', '1'], ['a', '2'], ['a', '3'])
    const pulled = await client.pull('readers', 'orders', 0, { tags: '*', messagesMax: 2 })
    expect(bodies(pulled.messages)).toEqual(['1', '2'])
    expect(pulled.fields.nextBeginOffset).toBe(2)
  })

  it.each([
    ['at the end', 2, ResponseCode.PULL_NOT_FOUND, 2],
    ['beyond the end', 7, ResponseCode.PULL_OFFSET_MOVED, 2],
    ['before the beginning', -1, ResponseCode.PULL_OFFSET_MOVED, 0],
  ])('answers a pull %s of a queue', async (_name, offset, code, nextBeginOffset) => {
    await sendAll(['a', '1'], ['a', '2'])
    const pulled = await client.pull('readers', 'orders', offset, { tags: '*' })
    expect(pulled.code).toBe(code)
    expect(pulled.fields).toMatchObject({ nextBeginOffset, minOffset: 0, maxOffset: 2 })
  })

  it('from an empty queue waits at 0 and comes back to 0 from anywhere else', async () => {
    await client.send('orders')
    const atStart = await client.pull('readers', 'orders', 0, { tags: '*', queueId: 1 })
    expect(atStart.code).toBe(ResponseCode.PULL_NOT_FOUND)
    const elsewhere = await client.pull('readers', 'orders', 5, { tags: '*', queueId: 1 })
    expect(elsewhere.code).toBe(ResponseCode.PULL_OFFSET_MOVED)
    expect(elsewhere.fields.nextBeginOffset).toBe(0)
  })

  it('tells a group whose offset was reset, once', async () => {
    await sendAll(['a', '1'], ['a', '2'], ['a', '3'])
    broker.parts.offsets.reset({ group: 'readers', topic: 'orders', queueId: 0 }, 1)
    const moved = await client.pull('readers', 'orders', 3, { tags: '*' })
    expect(moved.code).toBe(ResponseCode.PULL_OFFSET_MOVED)
    expect(moved.fields).toMatchObject({ nextBeginOffset: 1, maxOffset: 3 })
    const after = await client.pull('readers', 'orders', 1, { tags: '*' })
    expect(bodies(after.messages)).toEqual(['2', '3'])
  })

  it('commits the offset it carries', async () => {
    await sendAll(['a', '1'])
    await client.pull('readers', 'orders', 1, { tags: '*', commitOffset: 1 })
    expect(broker.parts.offsets.query({ group: 'readers', topic: 'orders', queueId: 0 })).toBe(1)
  })
})

describe('the broker refuses a pull of', () => {
  it('a topic that does not exist', async () => {
    expect((await client.pull('readers', 'nothing', 0, { tags: '*' })).code).toBe(
      ResponseCode.TOPIC_NOT_EXIST,
    )
  })

  it('a queue the topic does not have', async () => {
    await client.send('orders')
    const pulled = await client.pull('readers', 'orders', 0, { tags: '*', queueId: 4 })
    expect(pulled.code).toBe(ResponseCode.INVALID_PARAMETER)
  })

  it('a group that does not exist, where groups are not created', async () => {
    await client.send('orders')
    broker.parts.config.update({ autoCreateGroups: false })
    const pulled = await client.pull('strangers', 'orders', 0, { tags: '*' })
    expect(pulled.code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
  })

  it('a topic that may not be read, a group that may not consume', async () => {
    await client.send('orders')
    await broker.parts.groups.put([{ ...broker.parts.groups.find('readers')!, consumeEnable: false }])
    const byGroup = await client.pull('readers', 'orders', 0, { tags: '*' })
    expect(byGroup.code).toBe(ResponseCode.NO_PERMISSION)
    expect(byGroup.remark).toMatch(/readers: its consumeEnable is false \(allowConsuming/)
    expect(byGroup.fields).toMatchObject({ forbiddenType: 2 })
    await broker.parts.topics.put([{ ...broker.parts.topics.get('orders')!, perm: 2 }])
    const byTopic = await client.pull('others', 'orders', 0, { tags: '*' })
    expect(byTopic.code).toBe(ResponseCode.NO_PERMISSION)
    expect(byTopic.remark).toMatch(/topic\[orders\] .* its permission has no 4 \(read\)/)
    expect(byTopic.fields).toMatchObject({ forbiddenType: 3 })
  })

  it('a consumer whose subscription the broker does not know, or knows an older one of', async () => {
    await client.send('orders')
    const unknown = await client.pull('readers', 'orders', 0)
    expect(unknown.code).toBe(ResponseCode.SUBSCRIPTION_NOT_EXIST)
    expect(unknown.remark).toContain('no member of the group readers is connected to this broker')
    await client.consume('readers', { other: '*' })
    const other = await client.pull('readers', 'orders', 0)
    expect(other.code).toBe(ResponseCode.SUBSCRIPTION_NOT_EXIST)
    expect(other.remark).toContain('the group readers does not subscribe to the topic orders')
    await client.consume('readers', { orders: '*' }, { subVersion: 7 })
    expect((await client.pull('readers', 'orders', 0)).code).toBe(ResponseCode.SUCCESS)
    const newer = await client.pull('readers', 'orders', 0, { subVersion: 8 })
    expect(newer.code).toBe(ResponseCode.SUBSCRIPTION_NOT_LATEST)
    expect(newer.remark).toContain('the group readers has a newer one to the topic orders')
  })
})

describe('a waiting pull', () => {
  beforeEach(() => client.send('orders', { body: Buffer.from('first') }))

  const waiting = async (count: number) => {
    await broker.clock.advance(0)
    expect(broker.parts.waitingPulls.size).toBe(count)
  }

  it('is answered with what arrives', async () => {
    const pull = client.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000 })
    await waiting(1)
    await client.send('orders', { body: Buffer.from('second') })
    const pulled = await pull
    expect(pulled.code).toBe(ResponseCode.SUCCESS)
    expect(bodies(pulled.messages)).toEqual(['second'])
    expect(broker.parts.waitingPulls.size).toBe(0)
  })

  it('takes everything that arrives in one go', async () => {
    const pull = client.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000 })
    await waiting(1)
    await Promise.all(['2', '3', '4'].map((body) => client.send('orders', { body: Buffer.from(body) })))
    expect(bodies((await pull).messages)).toEqual(['2', '3', '4'])
  })

  it('is not woken by tags it does not want', async () => {
    const pull = client.pull('readers', 'orders', 1, { tags: 'wanted', holdMs: 15_000 })
    await waiting(1)
    await client.send('orders', { props: { TAGS: 'other' } })
    await waiting(1)
    await client.send('orders', { props: { TAGS: 'wanted' } })
    const pulled = await pull
    expect(pulled.messages).toHaveLength(1)
    expect(pulled.fields.nextBeginOffset).toBe(3)
  })

  it('is not woken by another queue', async () => {
    client.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000 }).catch(() => {})
    await waiting(1)
    await client.send('orders', { queueId: 1 })
    await waiting(1)
  })

  it('comes back empty when its time is up', async () => {
    const pull = client.pull('readers', 'orders', 1, { tags: '*', holdMs: 3000 })
    await waiting(1)
    await broker.clock.advance(2999)
    expect(broker.parts.waitingPulls.size).toBe(1)
    await broker.clock.advance(1)
    expect((await pull).code).toBe(ResponseCode.PULL_NOT_FOUND)
  })

  it('is answered when its own time is up, whatever others wait', async () => {
    const order: number[] = []
    const pulls = [4000, 1000, 2000].map(async (holdMs) => {
      await client.pull('readers', 'orders', 1, { tags: '*', holdMs })
      order.push(holdMs)
    })
    await waiting(3)
    for (let second = 0; second < 4; second++) await broker.clock.advance(1000)
    await Promise.all(pulls)
    expect(order).toEqual([1000, 2000, 4000])
  })

  it('waits only shortly when long polling is off', async () => {
    broker.parts.config.update({ longPolling: false })
    const pull = client.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000 })
    await waiting(1)
    await broker.clock.advance(1000)
    expect((await pull).code).toBe(ResponseCode.PULL_NOT_FOUND)
  })

  it('does not commit a second time when it is woken', async () => {
    const pull = client.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000, commitOffset: 1 })
    await waiting(1)
    broker.parts.offsets.commit({ group: 'readers', topic: 'orders', queueId: 0 }, 9)
    await client.send('orders')
    await pull
    expect(broker.parts.offsets.query({ group: 'readers', topic: 'orders', queueId: 0 })).toBe(9)
  })

  it('is dropped with its connection', async () => {
    const other = await broker.client()
    const pull = other.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000 })
    await waiting(1)
    other.connection.close()
    await expect(pull).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    await expect.poll(() => broker.parts.waitingPulls.size).toBe(0)
  })

  it('is refused when too many wait', async () => {
    broker.parts.config.update({ waitingPullsMax: 1 })
    client.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000 }).catch(() => {})
    await waiting(1)
    const refused = await client.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000 })
    expect(refused.code).toBe(ResponseCode.SYSTEM_BUSY)
  })
})

it('leaves no timer behind', async () => {
  expect(broker.clock).toBeInstanceOf(ManualClock)
  await broker.stop()
  expect(broker.clock.pending).toBe(0)
})
