import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ResponseCode } from '@rocketeer/protocol'
import { decodeProperties } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start({ delayLevels: '1s 1m 2h' })
  client = await broker.client()
})

afterEach(() => broker[Symbol.asyncDispose]())

const delayed = (level: number, body: string, queueId = 0) =>
  client.send('orders', { props: { DELAY: String(level), TAGS: 'paid' }, queueId, body: Buffer.from(body) })

/** Everything in a queue; what lies on disk and what is in memory may come with different pulls. */
async function arrived(queueId = 0): Promise<string[]> {
  const bodies: string[] = []
  for (;;) {
    const { messages } = await client.pull('tools', 'orders', bodies.length, { tags: '*', queueId })
    if (messages.length === 0) return bodies
    bodies.push(...messages.map(({ body }) => body.toString()))
  }
}

describe('a delayed message', () => {
  it('arrives when its level has passed, not before', async () => {
    const sent = await delayed(2, 'later', 1)
    expect(sent.code).toBe(ResponseCode.SUCCESS)
    expect(sent.fields.queueId).toBe(1)
    await broker.clock.advance(59_999)
    expect(await arrived(1)).toEqual([])
    await broker.clock.advance(1)
    expect(await arrived(1)).toEqual(['later'])
    const { messages } = await client.pull('tools', 'orders', 0, { tags: 'paid', queueId: 1 })
    const properties = decodeProperties(messages[0]!.properties)
    expect(properties).toMatchObject({ REAL_TOPIC: 'orders', REAL_QID: '1', TAGS: 'paid' })
    expect(properties).not.toHaveProperty('DELAY')
  })

  it('of a level above the last counts as the last', async () => {
    await delayed(18, 'latest')
    await broker.clock.advance(2 * 3_600_000 - 1)
    expect(await arrived()).toEqual([])
    await broker.clock.advance(1)
    expect(await arrived()).toEqual(['latest'])
  })

  it('with a level that is no number is an ordinary one', async () => {
    await client.send('orders', { props: { DELAY: 'soon' }, body: Buffer.from('now') })
    expect(await arrived()).toEqual(['now'])
  })

  it('wakes a consumer that waits for it', async () => {
    await client.send('orders')
    await delayed(1, 'later')
    const pull = client.pull('tools', 'orders', 1, { tags: 'paid', holdMs: 15_000 })
    await broker.clock.advance(1000)
    expect((await pull).messages.map(({ body }) => body.toString())).toEqual(['later'])
  })
})

describe('a level', () => {
  it('keeps the order of its messages, also when there are many', async () => {
    const bodies = Array.from({ length: 200 }, (_, index) => String(index))
    for (const body of bodies) await delayed(1, body)
    await broker.clock.advance(1000)
    expect(await arrived()).toEqual(bodies)
  })

  it('does not wait for the longer ones', async () => {
    await delayed(3, 'in two hours')
    await delayed(1, 'in a second')
    await broker.clock.advance(1000)
    expect(await arrived()).toEqual(['in a second'])
  })

  it('needs no timer while it is empty', async () => {
    await client.send('orders')
    const idle = broker.clock.pending
    await delayed(1, 'x')
    expect(broker.clock.pending).toBe(idle + 1)
    await broker.clock.advance(1000)
    expect(broker.clock.pending).toBe(idle)
  })

  it('delivers what came due while the broker was down, and nothing twice', async () => {
    await delayed(1, 'before')
    await broker.clock.advance(1000)
    await delayed(1, 'during')
    await broker.stop()
    await broker.clock.advance(60_000)
    await broker.restart()
    client = await broker.client()
    await expect.poll(() => arrived()).toEqual(['before', 'during'])
    await broker.restart()
    client = await broker.client()
    await broker.clock.advance(1000)
    expect(await arrived()).toEqual(['before', 'during'])
  })

  it('tries again when the store takes nothing for a while', async () => {
    const { store } = broker.parts
    await delayed(1, 'first')
    await delayed(1, 'second')
    store.append = () => Promise.reject(new Error('the disk is full'))
    await broker.clock.advance(5000)
    expect(await arrived()).toEqual([])
    Reflect.deleteProperty(store, 'append')
    await broker.clock.advance(10_000)
    expect(await arrived()).toEqual(['first', 'second'])
  })

  it('writes how far it is into delayOffset.json as Apache does', async () => {
    await delayed(1, 'x')
    await delayed(2, 'y')
    await broker.clock.advance(10_000)
    const file = join(broker.directory, 'config', 'delayOffset.json')
    await expect.poll(() => readFile(file, 'utf8')).toMatch(/"offsetTable":\{1:1,2:0,3:0\}/)
  })
})
