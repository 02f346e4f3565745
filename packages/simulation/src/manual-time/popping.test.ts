import {
  type Client,
  type Consumer,
  type ConsumerOptions,
  connect,
  failuresOf,
  type HandlerContext,
  type Message,
} from '@rocketeer/client'
import { ManualClock, sleep } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const S = 1_000
const M = 60 * S
const TOPIC = 'orders'
const GROUP = 'coupon'
/** Apache: DefaultMQPushConsumerImpl.popDelayLevel. */
const RETRY_DELAYS = [
  ...[10 * S, 30 * S],
  ...Array.from({ length: 10 }, (_, i) => (i + 1) * M),
  ...[20 * M, 30 * M, 60 * M, 120 * M],
]

describe('a popping consumer on a manual clock', () => {
  let clock: ManualClock
  let server: Server
  let client: Client
  let problems: unknown[]

  beforeEach(async () => {
    clock = new ManualClock()
    problems = []
    server = await startServer({ clock })
    client = await connect({ nameservers: server.nameservers, clock })
    const admin = client.admin()
    await admin.topics.create(TOPIC, { queues: 1 })
    await admin.groups.create(GROUP)
    await admin.groups.setRequestMode(GROUP, TOPIC, { mode: 'POP' })
  })
  afterEach(async () => {
    await client.close()
    await server.close()
  })

  async function consume(options: Partial<ConsumerOptions>): Promise<Consumer> {
    const consumer = client.consumer({
      group: GROUP,
      subscribe: { [TOPIC]: '*' },
      startFrom: 'first',
      assignedBy: 'broker',
      closeTimeoutMs: 100,
      ...options,
    })
    consumer.on('problem', (problem) => problems.push(problem))
    await consumer.ready
    await clock.advanceUntil(() => consumer.queues.some(({ queueId }) => queueId === -1))
    return consumer
  }

  async function send(...bodies: string[]): Promise<void> {
    for (const body of bodies) await client.producer().send({ topic: TOPIC, body })
  }

  /** Leaves real time between steps, in which files are written and brokers answer. */
  async function advanceUntil(condition: () => boolean): Promise<void> {
    await eventually(
      async () => {
        await clock.advance(S)
        return condition()
      },
      { withinMs: 40_000 },
    )
  }

  it('gets a failing message 16 more times over 4 h 46 min, then it is a dead letter', async () => {
    const deliveries: number[] = []
    const consumer = await consume({
      handle: () => {
        deliveries.push(clock.now())
        throw new Error('never')
      },
    })
    await send('x')
    await clock.advanceUntil(() => deliveries.length === 17)
    const pauses = deliveries.slice(1).map((time, i) => time - deliveries[i]!)
    for (const [i, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(RETRY_DELAYS[i]!)
    const planned = RETRY_DELAYS.reduce((sum, delay) => sum + delay, 0)
    expect(deliveries.at(-1)! - deliveries[0]!).toBeLessThan(planned + 60 * M)
    await advanceUntil(() => consumer.popCounts.acknowledged === 1)
    expect(consumer.popCounts).toMatchObject({ failed: 16, deadLettered: 1, outOfTime: 0 })
    const [queue] = await client.admin().topics.queues('%DLQ%coupon')
    const dead = await client.admin().messages.at(queue!, 0)
    expect(dead.text()).toBe('x')
    const { attempts } = failuresOf(dead)
    expect(attempts.map(({ at, error, reconsumeTimes }) => [at, error.message, reconsumeTimes])).toEqual(
      deliveries.map((time, times) => [time, 'never', times]),
    )
  }, 120_000)

  it('keeps a message while its handler runs, and hands on what would wait too long behind it', async () => {
    const deliveries: string[] = []
    const consumer = await consume({
      concurrency: 1,
      popInvisibleMs: 10 * S,
      handle: async (message: Message) => {
        deliveries.push(`${message.text()} ${message.reconsumeTimes}`)
        if (message.text() === 'long') await sleep(clock, 40 * S)
      },
    })
    await send('long', 'waits')
    await advanceUntil(() => consumer.popCounts.acknowledged === 2)
    expect(deliveries).toEqual(['long 0', 'waits 0'])
    expect(consumer.popCounts.givenBack).toBeGreaterThanOrEqual(4)
    expect(consumer.popCounts).toMatchObject({ leftOut: 0, outOfTime: 0, failed: 0, deadLettered: 0 })
    expect(problems).toEqual([])
  }, 60_000)

  it('takes a message from its handler after consumeTimeoutMs, and delivers it again', async () => {
    const deliveries: number[] = []
    const signals: AbortSignal[] = []
    const consumer = await consume({
      consumeTimeoutMs: 2 * M,
      handle: async (_: Message, { signal }: HandlerContext) => {
        deliveries.push(clock.now())
        signals.push(signal)
        if (deliveries.length === 1) await sleep(clock, 60 * M)
      },
    })
    await send('stuck')
    await advanceUntil(() => consumer.popCounts.acknowledged === 1)
    expect(deliveries).toHaveLength(2)
    expect(deliveries[1]! - deliveries[0]!).toBeGreaterThanOrEqual(2 * M + 10 * S)
    expect(signals[0]!.reason).toMatchObject({ code: 'CONSUME_TIMEOUT' })
    expect(consumer.popCounts).toMatchObject({ failed: 1, acknowledged: 1 })
  }, 60_000)

  it('puts a message whose handlers never finish among the dead letters, unhandled', async () => {
    const deliveries: string[] = []
    // These members are closed too soon to report an outcome, as if killed.
    for (let death = 0; death < 2; death++) {
      const dying = await consume({
        handle: async (message: Message) => {
          deliveries.push(message.text())
          await clock.unheld(new Promise(() => undefined))
        },
        retriesMax: 1,
        popInvisibleMs: 5 * S,
      })
      if (death === 0) await send('poison')
      await advanceUntil(() => deliveries.length === death + 1)
      await dying.close()
    }
    const consumer = await consume({
      handle: (message: Message) => {
        deliveries.push(message.text())
      },
      retriesMax: 1,
    })
    await advanceUntil(() => consumer.popCounts.deadLettered === 1)
    expect(deliveries).toEqual(['poison', 'poison'])
    expect(problems).toContainEqual(expect.objectContaining({ code: 'DELIVERED_TOO_OFTEN' }))
    const [queue] = await client.admin().topics.queues('%DLQ%coupon')
    const { attempts } = failuresOf(await client.admin().messages.at(queue!, 0))
    expect(attempts).toMatchObject([{ error: { name: 'DELIVERED_TOO_OFTEN' }, reconsumeTimes: 2 }])
  }, 60_000)
})
