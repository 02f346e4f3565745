import { setTimeout as realPause } from 'node:timers/promises'
import { type Client, connect } from '@rocketeer/client'
import { ManualClock, sleep } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** The default `delayLevels` from level 3 on, which is where retries begin, in milliseconds. */
const S = 1_000
const M = 60 * S
const RETRY_DELAYS = [
  ...[10 * S, 30 * S],
  ...Array.from({ length: 10 }, (_, i) => (i + 1) * M),
  ...[20 * M, 30 * M, 60 * M, 120 * M],
]

describe('a consumer on a manual clock', () => {
  let clock: ManualClock
  let server: Server
  let client: Client

  beforeEach(async () => {
    clock = new ManualClock()
    server = await startServer({ clock })
    client = await connect({ nameservers: server.nameservers, clock })
  })
  afterEach(async () => {
    await client.close()
    await server.close()
  })

  it('gets a failing message 16 more times over 4 h 46 min, then it is a dead letter', async () => {
    await client.producer().send({ topic: 'orders', body: 'x' })
    const deliveries: number[] = []
    client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: () => {
        deliveries.push(clock.now())
        throw new Error('never')
      },
    })
    await clock.advanceUntil(() => deliveries.length === 17)
    const pauses = deliveries.slice(1).map((time, i) => time - deliveries[i]!)
    expect(pauses).toEqual(RETRY_DELAYS)
    // The broker writes files and registers the new topic, which takes real time.
    await eventually(async () => {
      await clock.advance(1_000)
      return (await client.admin().topics.list()).includes('%DLQ%coupon')
    })
    const [queue] = await client.admin().topics.queues('%DLQ%coupon')
    expect((await client.admin().messages.at(queue!, 0)).text()).toBe('x')
  }, 60_000)

  it('persists offsets every 5 s', async () => {
    const { queue } = await client.producer().send({ topic: 'orders', body: 'x' })
    let handled = false
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: () => {
        handled = true
      },
    })
    await consumer.ready
    await clock.advanceUntil(() => handled)
    await clock.advance(5_000)
    const admin = client.admin()
    expect(await admin.offsets.committed('coupon', { topic: 'orders', ...queue })).toBe(1)
  })

  it('can wait in its handler by the same clock', async () => {
    await client.producer().send({ topic: 'orders', body: 'x' })
    let finishedAt = 0
    const startedAt = clock.now()
    client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: async () => {
        await sleep(clock, 10 * M)
        finishedAt = clock.now()
      },
    })
    await clock.advanceUntil(() => finishedAt > 0)
    expect(finishedAt - startedAt).toBeGreaterThanOrEqual(10 * M)
  })

  it('keeps the time while its handler does real work, and delivers the message once', async () => {
    await client.admin().topics.create('orders', { queues: 1 })
    await client.producer().send({ topic: 'orders', body: 'x' })
    const deliveries: number[] = []
    client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: async () => {
        const startedAt = clock.now()
        await realPause(300)
        deliveries.push(clock.now() - startedAt)
      },
    })
    await clock.advance(2 * 60 * M)
    expect(deliveries).toEqual([0])
  })

  it('delivers a retry at the millisecond it is due', async () => {
    await client.producer().send({ topic: 'orders', body: 'x' })
    const deliveries: number[] = []
    client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: async () => {
        deliveries.push(clock.now())
        await realPause(20)
        if (deliveries.length < 3) throw new Error('again')
      },
    })
    await clock.advance(60 * M)
    expect(deliveries.slice(1).map((time, i) => time - deliveries[i]!)).toEqual([10 * S, 30 * S])
  })

  it('says which handler keeps the clock from going on', async () => {
    await client.close()
    await server.close()
    clock = new ManualClock(Date.now(), { heldMsMax: 100 })
    server = await startServer({ clock })
    client = await connect({ nameservers: server.nameservers, clock })
    const { messageId } = await client.producer().send({ topic: 'orders', key: 'o-1', body: 'x' })
    let finish: () => void = () => undefined
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: () =>
        new Promise<void>((resolve) => {
          finish = resolve
        }),
    })
    await consumer.ready
    const work = `the handler of group "coupon" with message ${messageId} (key "o-1") of topic "orders"`
    await expect(clock.advance(M)).rejects.toMatchObject({ code: 'CLOCK_HELD', details: { work } })
    finish()
    await clock.advance(M)
  })
})
