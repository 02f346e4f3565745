import { setTimeout as pause } from 'node:timers/promises'
import {
  type Client,
  type Consumer,
  type ConsumerOptions,
  type FailureHistory,
  failuresOf,
  retryLater,
  toDeadLetters,
} from '@rocketeer/client'
import { eventually, Gate } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

/** The shortest that brokers take. */
const INVISIBLE_MS = 5_000
/** Apache's broker brings messages back some seconds late. */
const BACK_WITHIN_MS = 40_000

interface Place {
  topic: string
  group: string
}

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`)

export function poppingTests(world: SuiteWorld): void {
  /** A topic, and a group that pops it. */
  async function poppedTopic(
    client: Client,
    { queues = 2, mode = 'POP' as 'POP' | 'PULL' } = {},
  ): Promise<Place> {
    const place = { topic: world.name('popped'), group: world.name('group') }
    const admin = client.admin()
    await admin.topics.create(place.topic, { queues })
    await admin.groups.create(place.group)
    await admin.groups.setRequestMode(place.group, place.topic, { mode })
    return place
  }

  function consumerOf(client: Client, { topic, group }: Place, options: Partial<ConsumerOptions>): Consumer {
    return client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      assignedBy: 'broker',
      popInvisibleMs: INVISIBLE_MS,
      rebalanceIntervalMs: 500,
      ...options,
    })
  }

  /** Waits until the consumer pops or pulls; the broker's first answer may come before the member's heartbeat. */
  async function consuming(consumer: Consumer, { topic }: Place, mode: 'pop' | 'pull'): Promise<void> {
    await consumer.ready
    const has = () => consumer.queues.filter((queue) => queue.topic === topic).map(({ queueId }) => queueId)
    const wanted = mode === 'pop' ? () => has().includes(-1) : () => has().some((queueId) => queueId >= 0)
    await eventually(wanted, { withinMs: 20_000 })
  }

  async function sendAll(client: Client, { topic }: Place, bodies: readonly string[]): Promise<void> {
    const producer = client.producer()
    // One after the other: side by side Apache's broker is soon too busy.
    for (const body of bodies) await producer.send({ topic, body, tag: body.split('-')[0]! })
  }

  it('with all members from all queues, each message once, however long its handler takes', async () => {
    const [client, other] = [await world.connect(), await world.connect()]
    const place = await poppedTopic(client)
    const handled = new Handled()
    const handle: ConsumerOptions['handle'] = async (message) => {
      handled.handle(message)
      // Messages that were neither renewed nor acknowledged would have come back by then.
      if (message.text() === 'm-7') await pause(INVISIBLE_MS + 3_000)
    }
    const members = [consumerOf(client, place, { handle }), consumerOf(other, place, { handle })]
    await Promise.all(members.map((member) => consuming(member, place, 'pop')))
    const bodies = numbered('m', 60)
    await sendAll(client, place, bodies)
    await handled.exactly(bodies)
    const acknowledged = () => members.reduce((sum, { popCounts }) => sum + popCounts.acknowledged, 0)
    await eventually(() => acknowledged() === 60, { withinMs: 20_000 })
    await handled.exactly(bodies)
    expect(members.flatMap(({ popBacklog }) => popBacklog).map(({ messages }) => messages)).toEqual([0, 0])
  })

  it('only the tags it wants', async () => {
    const client = await world.connect()
    const place = await poppedTopic(client)
    const handled = new Handled()
    const subscribe = { [place.topic]: 'a || c' }
    const consumer = consumerOf(client, place, { subscribe, handle: handled.handle })
    await consuming(consumer, place, 'pop')
    await sendAll(client, place, ['a-1', 'b-1', 'c-1', 'b-2'])
    await handled.exactly(['a-1', 'c-1'])
  })

  it('again what a handler failed on, when it asks for it, under its own topic and id', async () => {
    const client = await world.connect()
    const place = await poppedTopic(client)
    const handled = new Handled()
    const handle: ConsumerOptions['handle'] = (message) => {
      handled.handle(message)
      if (message.reconsumeTimes < 2) throw retryLater({ afterMs: 1_000 })
    }
    const consumer = consumerOf(client, place, { handle })
    await consuming(consumer, place, 'pop')
    const message = { topic: place.topic, body: 'hard', key: 'k', properties: { a: 'b' } }
    const sent = await client.producer().send(message)
    await handled.exactly(['hard', 'hard', 'hard'], 2 * BACK_WITHIN_MS)
    expect(handled.messages.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual([0, 1, 2])
    for (const each of handled.messages) {
      const { topic } = place
      expect(each).toMatchObject({ topic, messageId: sent.messageId, key: 'k' })
      expect(each.userProperties).toMatchObject({ a: 'b' })
    }
    await eventually(() => consumer.popCounts.acknowledged === 1)
    expect(consumer.popCounts).toMatchObject({ popped: 3, failed: 2, outOfTime: 0, leftOut: 0 })
  }, 100_000)

  it('what never succeeds, and puts it among the dead letters', async () => {
    const client = await world.connect()
    const place = await poppedTopic(client)
    const consumer = consumerOf(client, place, {
      retriesMax: 1,
      handle: (message) => {
        if (message.text() === 'hopeless') throw toDeadLetters(new Error('no such order'))
        throw retryLater({ afterMs: 500 })
      },
    })
    await consuming(consumer, place, 'pop')
    await sendAll(client, place, ['hopeless', 'failing'])
    const deadTopic = `%DLQ%${place.group}`
    const dead = new Map<string, string>()
    const failures = new Map<string, FailureHistory>()
    const readDead = async () => {
      if (!(await client.admin().topics.list()).includes(deadTopic)) return false
      for (const queue of await client.admin().topics.queues(deadTopic))
        for (const message of (await client.pull(queue, 0)).messages) {
          dead.set(message.text(), `${message.topic} ${message.deadLetterReason}`)
          failures.set(message.text(), failuresOf(message))
        }
      return dead.size === 2
    }
    await eventually(readDead, { withinMs: BACK_WITHIN_MS })
    expect([...dead].sort()).toEqual([
      ['failing', `${place.topic} undefined`],
      ['hopeless', `${place.topic} no such order`],
    ])
    await eventually(() => consumer.popCounts.acknowledged === 2)
    expect(consumer.popCounts.deadLettered).toBe(2)
    // Apache's brokers bring a message back as it was: of those before the last attempt nothing is known.
    expect(failures.get('hopeless')!.attempts.map(({ error }) => error.message)).toEqual(['no such order'])
    expect(failures.get('failing')!.attempts.at(-1)).toMatchObject({
      error: { name: 'RetryLater' },
      member: client.clientId,
      reconsumeTimes: 1,
    })
  }, 60_000)

  it('until it closes: what runs is finished, and the rest goes to the others at once', async () => {
    const [client, other] = [await world.connect(), await world.connect()]
    const place = await poppedTopic(client, { queues: 1 })
    const [first, second] = [new Handled(), new Handled()]
    const [began, finish] = [new Gate(), new Gate()]
    const leaving = consumerOf(client, place, {
      concurrency: 1,
      popInvisibleMs: 300_000,
      handle: async (message) => {
        began.open()
        await finish.opened
        first.handle(message)
      },
    })
    await consuming(leaving, place, 'pop')
    const bodies = numbered('m', 10)
    await sendAll(client, place, bodies)
    await began.opened
    await eventually(() => leaving.popCounts.popped === 10)
    const closed = leaving.close()
    const staying = consumerOf(other, place, { handle: second.handle })
    await eventually(() => second.messages.length === 9, { withinMs: BACK_WITHIN_MS })
    finish.open()
    await closed
    expect(leaving.popCounts.acknowledged).toBe(1)
    // Its last pop may have got some of them again.
    expect(leaving.popCounts.givenBack).toBeGreaterThanOrEqual(9)
    expect(second.messages.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual(Array(9).fill(0))
    expect([...first.bodies, ...second.bodies].sort()).toEqual([...bodies].sort())
    await eventually(() => staying.popCounts.acknowledged === 9)
  }, 60_000)

  it('nothing while it is paused', async () => {
    const client = await world.connect()
    const place = await poppedTopic(client)
    const handled = new Handled()
    const consumer = consumerOf(client, place, { handle: handled.handle })
    await consuming(consumer, place, 'pop')
    await sendAll(client, place, ['m-1'])
    await handled.exactly(['m-1'])
    consumer.pause()
    await sendAll(client, place, ['m-2'])
    await pause(1_000)
    await handled.exactly(['m-1'])
    consumer.resume()
    await handled.exactly(['m-1', 'm-2'], BACK_WITHIN_MS)
  }, 60_000)

  it('and pulls, as an administrator switches the group while it runs, and loses nothing', async () => {
    const client = await world.connect()
    const place = await poppedTopic(client, { mode: 'PULL' })
    const handled = new Handled()
    const failed = new Set<string>()
    const handle: ConsumerOptions['handle'] = (message) => {
      const body = message.text()
      // Some messages are on their way back while the mode changes.
      if (body.endsWith('3') && !failed.has(body)) {
        failed.add(body)
        throw retryLater({ delayLevel: 1, afterMs: 2_000 })
      }
      handled.handle(message)
    }
    const consumer = consumerOf(client, place, { handle, popInvisibleMs: 10_000 })
    const all: string[] = []
    for (const [round, mode] of (['pull', 'pop', 'pull', 'pop'] as const).entries()) {
      const upper = mode === 'pull' ? 'PULL' : 'POP'
      await client.admin().groups.setRequestMode(place.group, place.topic, { mode: upper })
      const bodies = numbered(`r${round}`, 30)
      all.push(...bodies)
      // Before, while and after the consumer follows.
      await sendAll(client, place, bodies.slice(0, 15))
      await consuming(consumer, place, mode)
      await sendAll(client, place, bodies.slice(15))
    }
    const missing = () => all.filter((body) => !handled.bodies.includes(body))
    await eventually(() => expect(missing()).toEqual([]), { withinMs: BACK_WITHIN_MS })
    const modes = await client.admin().groups.requestModes(place.group, place.topic)
    expect([...modes.values()]).toEqual([{ mode: 'POP', popShareQueues: 0 }])
  }, 90_000)

  it('nothing of a group that nobody has switched, nor in order', async () => {
    const client = await world.connect()
    const pulled = { topic: world.name('pulled'), group: world.name('group') }
    await client.admin().topics.create(pulled.topic, { queues: 2 })
    const handled = new Handled()
    const consumer = consumerOf(client, pulled, { handle: handled.handle })
    await consuming(consumer, pulled, 'pull')
    expect(consumer.queues.filter(({ topic }) => topic === pulled.topic)).toHaveLength(2)
    const popped = await poppedTopic(client)
    const ordered = consumerOf(client, popped, { ordered: true, handle: handled.handle })
    await consuming(ordered, popped, 'pull')
    await sendAll(client, pulled, ['a-1'])
    await sendAll(client, popped, ['b-1'])
    await handled.exactly(['a-1', 'b-1'])
    expect([...consumer.queues, ...ordered.queues].filter(({ queueId }) => queueId < 0)).toEqual([])
  })
}
