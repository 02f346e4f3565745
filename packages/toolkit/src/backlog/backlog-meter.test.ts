import { ManualClock } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BacklogMeter } from './backlog-meter.js'
import { BacklogScene, GROUP, TOPIC } from './testing/backlog-scene.js'

let scene: BacklogScene
let clock: ManualClock
beforeEach(async () => {
  scene = await BacklogScene.start()
  clock = new ManualClock()
})
afterEach(() => scene[Symbol.asyncDispose]())

/** Moves the group in both queues. */
async function consumeTo(offset: number): Promise<void> {
  const { offsets, topics } = scene.client.admin()
  for (const queue of await topics.queues(TOPIC)) await offsets.commit(GROUP, queue, offset)
}

describe('measuring a backlog', () => {
  it('counts messages and bytes, and tells rates and time from two looks', async () => {
    await scene.send(0, 100)
    await scene.beginAtFirst()
    const meter = new BacklogMeter(scene.client, { group: GROUP, topic: TOPIC, clock })
    const first = await meter.look()
    const [topic] = first.topics
    expect(topic).toMatchObject({ topic: TOPIC, messages: 100, bytesAreExact: true })
    expect(topic!.rates).toBeUndefined()
    expect(topic!.secondsToDrain).toBeUndefined()
    const records = await scene.read(TOPIC)
    expect(topic!.bytes).toBeGreaterThan(records.length * 100)
    expect(topic!.bytes).toBeLessThan(records.length * 400)

    await consumeTo(10)
    await scene.send(100, 110)
    await clock.advance(10_000)
    const [later] = (await meter.look()).topics
    expect(later).toMatchObject({
      messages: 90,
      rates: { inPerSecond: 1, outPerSecond: 2 },
      secondsToDrain: 90,
    })
    expect(later!.queues.map(({ isStuck }) => isStuck)).toEqual([false, false])
  })

  it('says never when it grows, and which queues are stuck', async () => {
    await scene.send(0, 20)
    await scene.beginAtFirst()
    const meter = new BacklogMeter(scene.client, { group: GROUP, clock })
    await meter.look()
    await scene.send(20, 40)
    await clock.advance(10_000)
    const { topics, advice, members } = await meter.look()
    expect(topics[0]!.secondsToDrain).toBe(Number.POSITIVE_INFINITY)
    expect(topics[0]!.queues.map(({ isStuck }) => isStuck)).toEqual([true, true])
    expect(members).toBe(0)
    expect(advice).toMatchObject([{ kind: 'start-members', topic: TOPIC }])
  })

  it('is estimated in bytes when it is large', async () => {
    const producer = scene.client.producer()
    const [queue] = await scene.client.admin().topics.queues(TOPIC)
    const bodies = (length: number) =>
      Array.from({ length: 500 }, () => ({ topic: TOPIC, body: 'x'.repeat(length) }))
    for (const length of [10, 10, 1_000, 1_000]) await producer.sendBatch(bodies(length), { queue: queue! })
    const { offsets } = scene.client.admin()
    const { bytes, exact } = await offsets.bytes(queue!, 0, 2_000)
    expect(exact).toBe(false)
    const halves = await Promise.all([offsets.bytes(queue!, 0, 1_000), offsets.bytes(queue!, 1_000, 2_000)])
    expect(halves.map((half) => half.exact)).toEqual([true, true])
    const real = halves[0].bytes + halves[1].bytes
    expect(Math.abs(bytes - real) / real).toBeLessThan(0.2)
    expect(await offsets.bytes(queue!, 5, 5)).toEqual({ bytes: 0, exact: true })
  })

  it('forgets looks that are older than its window', async () => {
    await scene.send(0, 100)
    await scene.beginAtFirst()
    const meter = new BacklogMeter(scene.client, { group: GROUP, topic: TOPIC, clock, windowMs: 15_000 })
    await meter.look()
    await consumeTo(20)
    await clock.advance(10_000)
    await meter.look()
    await clock.advance(10_000)
    await meter.look()
    await clock.advance(10_000)
    expect((await meter.look()).topics[0]!.rates).toEqual({ inPerSecond: 0, outPerSecond: 0 })
  })

  it('has nothing to say of a group that keeps up, and knows a topic there is not', async () => {
    const idle = await new BacklogMeter(scene.client, { group: GROUP }).look()
    expect(idle).toMatchObject({ topics: [], advice: [{ kind: 'none' }] })
    const nowhere = new BacklogMeter(scene.client, { group: GROUP, topic: 'nowhere' })
    await expect(nowhere.look()).rejects.toMatchObject({ code: 'NO_ROUTE' })
  })
})
