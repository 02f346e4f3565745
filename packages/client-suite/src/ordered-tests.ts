import { setTimeout as pause } from 'node:timers/promises'
import {
  type ConsumerOptions,
  failuresOf,
  type Message,
  postpone,
  retryLater,
  toDeadLetters,
} from '@rocketeer/client'
import { eventually, Gate } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import { readAll } from './read-all.js'
import type { SuiteWorld } from './suite-peer.js'

export function orderedTests(world: SuiteWorld): void {
  /** A topic of 4 queues; the messages of a key are numbered and sent one after the other. */
  async function ordersWith(keys: number, perKey: number) {
    const client = await world.connect()
    const topic = world.name('ordered')
    await client.admin().topics.create(topic, { queues: 4 })
    const producer = client.producer()
    const send = async (key: number, from: number, to: number) => {
      for (let i = from; i < to; i++) {
        await producer.send({ topic, key: `k${key}`, body: String(i) }, { orderKey: `k${key}` })
      }
    }
    await Promise.all(Array.from({ length: keys }, (_, key) => send(key, 0, perKey)))
    const options = { group: world.name('group'), subscribe: { [topic]: '*' }, startFrom: 'first' } as const
    return { client, topic, send, options: { ...options, ordered: true } }
  }

  it('one message of a queue at a time, queues side by side, and a failed one again in its place', async () => {
    const { client, options } = await ordersWith(8, 12)
    const watch = new OrderWatch()
    let calls = 0
    const handle = watch.handle(async () => {
      await pause(2)
      if (++calls % 7 === 0) throw new Error('now and then')
    })
    const consumer = client.consumer({ ...options, suspendMs: 20, handle })
    consumer.on('problem', () => {})
    await eventually(() => watch.finished === 8 * 12, { withinMs: 20_000 })
    expect(watch.violations).toEqual([])
    expect(watch.queuesAtOnceMax).toBeGreaterThan(1)
  })

  it('waits with the queue as long as the handler says', async () => {
    const { client, options } = await ordersWith(1, 2)
    const seen: [string, number, number][] = []
    const handle = (message: Message) => {
      seen.push([message.text(), message.reconsumeTimes, performance.now()])
      if (message.text() === '0' && message.reconsumeTimes < 2) throw retryLater({ afterMs: 300 })
    }
    client.consumer({ ...options, suspendMs: 60_000, handle })
    await eventually(() => seen.length === 4)
    expect(seen.map(([body, times]) => [body, times])).toEqual([
      ['0', 0],
      ['0', 1],
      ['0', 2],
      ['1', 0],
    ])
    expect(seen[1]![2] - seen[0]![2]).toBeGreaterThan(290)
    expect(seen[2]![2] - seen[1]![2]).toBeGreaterThan(290)
  })

  it('waits with the queue of a postponed message, however often, and counts no delivery', async () => {
    const { client, options } = await ordersWith(1, 2)
    const seen: [string, number][] = []
    const handle = (message: Message) => {
      seen.push([message.text(), message.reconsumeTimes])
      if (seen.length < 4) throw postpone({ afterMs: 20 })
    }
    client.consumer({ ...options, suspendMs: 60_000, retriesMax: 1, handle })
    await eventually(() => seen.length === 5)
    expect(seen).toEqual([
      ['0', 0],
      ['0', 0],
      ['0', 0],
      ['0', 0],
      ['1', 0],
    ])
  })

  it('puts a message among the dead letters when its deliveries are used up, or at once, and goes on', async () => {
    const { client, options } = await ordersWith(1, 3)
    const handled = new Handled()
    const handle = (message: Message) => {
      handled.handle(message)
      if (message.text() === '0') throw new Error('never')
      if (message.text() === '1') throw toDeadLetters(new Error('no such order'))
    }
    client.consumer({ ...options, suspendMs: 20, retriesMax: 2, handle })
    await eventually(() => handled.messages.length >= 5)
    expect(handled.bodies).toEqual(['0', '0', '0', '1', '2'])
    const dead = await eventually(() => readAll(client, `%DLQ%${options.group}`, 2), { withinMs: 30_000 })
    expect(dead.map((message) => [message.text(), message.deadLetterReason]).sort()).toEqual([
      ['0', 'never'],
      ['1', 'no such order'],
    ])
    expect(dead[0]!.topic).toBe(handled.messages[0]!.topic)
    const hopeless = dead.find((message) => message.text() === '0')!
    expect(
      failuresOf(hopeless).attempts.map(({ error, reconsumeTimes }) => [error.message, reconsumeTimes]),
    ).toEqual([
      ['never', 0],
      ['never', 1],
      ['never', 2],
    ])
  })

  it('keeps the order while members join and leave', async () => {
    const { client, topic, send, options } = await ordersWith(8, 30)
    const watch = new OrderWatch()
    const handle = watch.handle(() => pause(10))
    const one = client.consumer({ ...options, handle })
    await one.ready
    const other = await world.connect()
    const two = other.consumer({ ...options, handle })
    await eventually(
      () => [one, two].every((each) => each.queues.filter((queue) => queue.topic === topic).length === 2),
      { withinMs: 20_000 },
    )
    await Promise.all(Array.from({ length: 8 }, (_, key) => send(key, 30, 50)))
    await two.close()
    await eventually(() => watch.finished >= 8 * 50, { withinMs: 30_000 })
    expect(watch.violations).toEqual([])
    // No member was killed, so nothing had to be delivered twice.
    expect(watch.finished).toBe(8 * 50)
  })

  it('finishes the running message of a queue before another member gets it', async () => {
    const { client, topic, options } = await ordersWith(4, 2)
    const gate = new Gate()
    const watch = new OrderWatch()
    const handle = watch.handle(async () => gate.opened)
    const one = client.consumer({ ...options, handle })
    await eventually(() => watch.running > 0)
    const other = await world.connect()
    const two = other.consumer({ ...options, handle })
    await eventually(() => one.queues.filter((queue) => queue.topic === topic).length === 2)
    const { running } = watch
    await pause(300)
    expect(watch.running).toBe(running)
    gate.open()
    await eventually(() => watch.finished === 8, { withinMs: 30_000 })
    expect(two.queues.filter((queue) => queue.topic === topic)).toHaveLength(2)
    expect(watch.violations).toEqual([])
  })
}

/** Watches every call of handlers: per queue one at a time, offsets without a gap, per key in the order sent. */
class OrderWatch {
  finished = 0
  running = 0
  queuesAtOnceMax = 0
  readonly violations: string[] = []
  readonly #running = new Set<string>()
  readonly #lastOffset = new Map<string, number>()

  handle(work: (message: Message) => Promise<void>): NonNullable<ConsumerOptions['handle']> {
    return async (message) => {
      const { queue, queueOffset } = message
      const key = `${queue.brokerName} ${queue.queueId}`
      if (this.#running.has(key)) this.violations.push(`two at once in ${key}`)
      const last = this.#lastOffset.get(key) ?? -1
      if (queueOffset !== last + 1) this.violations.push(`${key}: ${queueOffset} after ${last}`)
      this.#running.add(key)
      this.running++
      this.queuesAtOnceMax = Math.max(this.queuesAtOnceMax, this.#running.size)
      try {
        await work(message)
        this.#lastOffset.set(key, queueOffset)
        this.finished++
      } finally {
        this.#running.delete(key)
        this.running--
      }
    }
  }
}
