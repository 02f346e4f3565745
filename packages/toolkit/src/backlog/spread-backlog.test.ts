import type { Message } from '@rocketeer/client'
import { isRocketeerError, ManualClock } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gatherSpread, planSpread, spreadBacklog } from './spread-backlog.js'
import { BacklogScene, GROUP, TOPIC } from './testing/backlog-scene.js'

const WIDE = `${TOPIC}_wide`

let scene: BacklogScene
beforeEach(async () => {
  scene = await BacklogScene.start()
})
afterEach(() => scene[Symbol.asyncDispose]())

const spread = (options: object = {}) =>
  spreadBacklog(scene.client, { group: GROUP, topic: TOPIC, queues: 16, ...options })

const codeOf = (error: unknown) => (isRocketeerError(error) ? error.code : String(error))
const rejectedWith = (code: string) => (error: unknown) => codeOf(error) === code

/** The bodies of each key, in the order in which its queue has them. */
function byKey(messages: readonly Message[]): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const message of messages)
    found.set(message.key!, [...(found.get(message.key!) ?? []), Number(message.text())])
  return found
}

describe('spreading a backlog', () => {
  it('forwards every message with what its sender put into it, in order by key', async () => {
    await scene.send(0, 200)
    await scene.beginAtFirst()
    expect(await planSpread(scene.client, { group: GROUP, topic: TOPIC, queues: 16 })).toEqual({
      group: GROUP,
      topic: TOPIC,
      to: WIDE,
      messages: 200,
      narrowQueues: 2,
      wideQueues: 16,
      wideExists: false,
      forwarders: 0,
    })
    expect(await scene.client.admin().topics.list()).not.toContain(WIDE)
    const sent = await scene.read(TOPIC)
    await using spreader = await spread()
    await spreader.done
    expect(spreader.status).toEqual({ forwarded: 200, left: 0 })
    const arrived = await scene.read(WIDE)
    expect(arrived).toHaveLength(200)
    expect(new Set(arrived.map(({ queue }) => queue.queueId)).size).toBeGreaterThan(5)
    // Even numbers have an order key; those without one are in order by key.
    for (const [key, bodies] of byKey(arrived))
      expect(bodies, key).toEqual(
        byKey(sent)
          .get(key)!
          .sort((a, b) => a - b),
      )
    const ids = (messages: readonly Message[]) => messages.map(({ messageId }) => messageId).sort()
    expect(ids(arrived)).toEqual(ids(sent))
    const one = arrived.find((message) => message.text() === '24')!
    const origin = sent.find((message) => message.text() === '24')!
    expect(one).toMatchObject({ key: 'order-4', tag: 'paid', orderKey: 'order-4' })
    expect(one.userProperties).toEqual({
      shop: 'north',
      SPREAD_ORIGIN: `${TOPIC} broker-a ${origin.queue.queueId} ${origin.queueOffset}`,
    })
    expect(await scene.lag()).toBe(0)
  })

  it('gives the order up where that is asked for', async () => {
    await scene.send(0, 100)
    await scene.beginAtFirst()
    await using spreader = await spread({ keepOrder: false })
    await spreader.done
    expect((await scene.read(WIDE)).map((message) => Number(message.text())).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    )
  })

  it('goes on where it ended, follows what arrives, and ends so that the group goes on behind it', async () => {
    await scene.send(0, 50)
    await scene.beginAtFirst()
    const first = await spread()
    await first.done
    await first.close()
    await scene.send(50, 80)
    const second = await spread({ follow: true })
    await expect.poll(() => second.status.forwarded).toBe(30)
    await scene.send(80, 100)
    await expect.poll(() => second.status.forwarded).toBe(50)
    await expect.poll(() => second.status.left).toBe(0)
    const gather = (dryRun = false) => gatherSpread(scene.client, { group: GROUP, topic: TOPIC, dryRun })
    await expect(gather()).rejects.toSatisfy(rejectedWith('BACKLOG_GROUP_RUNNING'))
    await second.close()
    await scene.send(100, 110)
    await expect(gather()).rejects.toSatisfy(rejectedWith('BACKLOG_LEFT'))

    const seen: string[] = []
    // Begins at the first forwarded message although it starts when all are there, and asks for the last.
    const wide = scene.client.consumer({
      group: GROUP,
      subscribe: { [WIDE]: '*' },
      handle: (message) => seen.push(message.text()),
    })
    await expect.poll(() => new Set(seen).size, { timeout: 10_000 }).toBe(100)
    await expect.poll(() => scene.lag(WIDE), { timeout: 10_000 }).toBe(0)
    await expect(gather()).rejects.toSatisfy(rejectedWith('BACKLOG_GROUP_RUNNING'))
    await wide.close()
    expect(await gather(true)).toEqual({ messages: 10 })
    expect(await gather()).toEqual({ messages: 10 })
    expect(await scene.client.admin().topics.list()).not.toContain(WIDE)
    const narrow = scene.consume(TOPIC, GROUP, (message) => void seen.push(message.text()))
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(110)
    await narrow.close()
    expect(new Set(seen).size).toBe(110)
  })

  it('shares the work with another forwarder', async () => {
    await scene.send(0, 60)
    await scene.beginAtFirst()
    const { connect } = await import('@rocketeer/client')
    await using other = await connect({ nameservers: scene.server.nameservers })
    await using one = await spread({ follow: true })
    await using two = await spreadBacklog(other, { group: GROUP, topic: TOPIC, queues: 16, follow: true })
    await expect.poll(() => two.status.left, { timeout: 20_000 }).toBe(0)
    const bodies = (await scene.read(WIDE)).map((message) => message.text())
    expect(new Set(bodies).size).toBe(60)
    expect(one.status.forwarded + two.status.forwarded).toBe(bodies.length)
  })

  it('refuses while members consume the narrow topic, and what makes no sense', async () => {
    await expect(spread()).rejects.toSatisfy(rejectedWith('BACKLOG_NOT_CONSUMED'))
    await scene.send(0, 10)
    await scene.beginAtFirst()
    await expect(spread({ to: TOPIC })).rejects.toSatisfy(rejectedWith('SPREAD_INVALID'))
    await expect(spread({ queues: 2 })).rejects.toSatisfy(rejectedWith('SPREAD_INVALID'))
    await expect(spread({ queues: 0 })).rejects.toSatisfy(rejectedWith('OPTION_INVALID'))
    const gather = gatherSpread(scene.client, { group: GROUP, topic: TOPIC, to: 'never-made' })
    await expect(gather).rejects.toSatisfy(rejectedWith('SPREAD_INVALID'))
    await expect(spread({ to: 'orders.wide' })).rejects.toSatisfy(rejectedWith('TOPIC_INVALID'))
    await expect(spread({ topic: 'nowhere' })).rejects.toSatisfy(rejectedWith('NO_ROUTE'))
    const consumer = scene.consume(TOPIC)
    await consumer.ready
    await expect(spread()).rejects.toSatisfy(rejectedWith('BACKLOG_GROUP_RUNNING'))
    await consumer.close()
    expect(await scene.client.admin().topics.list()).not.toContain(WIDE)
  })

  it('reports members that begin to consume the narrow topic meanwhile', async () => {
    await scene.beginAtFirst()
    const clock = new ManualClock()
    await using spreader = await spread({ follow: true, clock })
    const problems: string[] = []
    spreader.on('problem', (error) => problems.push(codeOf(error)))
    await clock.advance(20_000)
    expect(problems).toEqual([])
    const consumer = scene.consume(TOPIC)
    await consumer.ready
    await clock.advance(20_000)
    await expect.poll(() => problems).toContain('BACKLOG_GROUP_RUNNING')
    await consumer.close()
  })

  it('forwards a message whose properties are full, and one that was packed', async () => {
    await scene.beginAtFirst()
    const producer = scene.client.producer()
    await producer.send({ topic: TOPIC, body: 'full', properties: { full: 'x'.repeat(28_600) } })
    await producer.send({ topic: TOPIC, body: 'z'.repeat(3_000_000) })
    await using spreader = await spread()
    await spreader.done
    const arrived = await scene.read(WIDE)
    expect(arrived.map(({ body }) => body.length).sort()).toEqual([3_000_000, 4])
  })
})
