import {
  defineTopic,
  isRocketeerError,
  type Message,
  retryLater,
  toDeadLetters,
  toSendAgain,
} from '@rocketeer/client'
import { z } from '@rocketeer/foundation'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import { readAll, readDeadLetters } from './read-all.js'
import type { SuiteWorld } from './suite-peer.js'

export function retryTests(world: SuiteWorld): void {
  it('what a handler failed on, under its own topic and id, then goes on', async () => {
    const client = await world.connect()
    const topic = world.name('retry')
    const sent = await client
      .producer()
      .send({ topic, key: 'k', tag: 't', body: 'hard', properties: { a: 'b' } })
    const handled = new Handled()
    const problems: unknown[] = []
    const consumer = client.consumer({
      group: world.name('group'),
      subscribe: { [topic]: 't' },
      startFrom: 'first',
      handle: (message) => {
        handled.handle(message)
        if (message.reconsumeTimes < 2) throw new Error('the database is down')
      },
    })
    consumer.on('problem', (problem) => problems.push(problem))
    await handled.exactly(['hard', 'hard', 'hard'], 40_000)
    expect(handled.messages.map((message) => message.reconsumeTimes)).toEqual([0, 1, 2])
    for (const message of handled.messages) {
      expect(message).toMatchObject({
        topic,
        messageId: sent.messageId,
        key: 'k',
        tag: 't',
        userProperties: { a: 'b' },
      })
    }
    expect(handled.messages[1]!.queue.topic).toBe(`%RETRY%${consumer.group}`)
    expect(problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ message: 'the database is down' })]),
    )
  })

  it('until the retries are used up, and then puts it among the dead letters', async () => {
    const client = await world.connect()
    const topic = world.name('dead')
    const group = world.name('group')
    const producer = client.producer()
    await producer.send({ topic, body: 'hopeless' })
    const handled = new Handled()
    client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      retriesMax: 1,
      handle: (message) => {
        handled.handle(message)
        throw new Error('never')
      },
    })
    const [dead] = await readDeadLetters(client, group)
    expect(dead!.text()).toBe('hopeless')
    expect(dead).toMatchObject({ topic, messageId: handled.messages[0]!.messageId })
    expect(handled.bodies).toEqual(['hopeless', 'hopeless'])
    // A dead letter can be sent again.
    const again = await producer.send(toSendAgain(dead!))
    expect(again.topic).toBe(topic)
  })

  it('at the level the handler asks for, or never', async () => {
    const client = await world.connect()
    const topic = world.name('level')
    const group = world.name('group')
    const producer = client.producer()
    await producer.send({ topic, body: 'later' })
    await producer.send({ topic, body: 'dead' })
    const handled = new Handled()
    client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: (message) => {
        handled.handle(message)
        if (message.text() === 'dead') throw toDeadLetters()
        if (message.reconsumeTimes === 0) throw retryLater({ delayLevel: 1 })
      },
    })
    await handled.exactly(['later', 'dead', 'later'])
    expect((await readDeadLetters(client, group)).map((message) => message.text())).toEqual(['dead'])
  })

  it('never what cannot be decoded: it is a dead letter with the reason, and only the values are handled', async () => {
    const client = await world.connect()
    const group = world.name('group')
    const orderPaid = defineTopic(world.name('typed'), {
      schema: z.object({ orderId: z.string(), amount: z.number() }),
    })
    const producer = client.producer()
    await producer.send({ topic: orderPaid.name, body: 'no JSON' })
    await producer.send({ topic: orderPaid.name, body: '{"orderId":"o-2","amount":"much"}' })
    await producer.send(await orderPaid.message({ orderId: 'o-3', amount: 3 }, { key: 'o-3' }))
    const amounts: number[] = []
    const problems: unknown[] = []
    const consumer = client.consumer({
      group,
      subscribe: orderPaid.subscribe(),
      startFrom: 'first',
      handle: orderPaid.handle((order, message) => {
        expect(message.key).toBe(order.orderId)
        amounts.push(order.amount)
      }),
    })
    consumer.on('problem', (problem) => problems.push(problem))
    const dead = await eventually(() => readAll(client, `%DLQ%${group}`, 2), { withinMs: 30_000 })
    expect(dead.map((message) => message.deadLetterReason)).toEqual(
      expect.arrayContaining([expect.stringContaining('JSON'), expect.stringContaining('amount: ')]),
    )
    expect(dead.map((message) => toSendAgain(message).properties)).toEqual([{}, {}])
    await eventually(() => amounts.length > 0)
    expect(amounts).toEqual([3])
    expect(problems.map((problem) => isRocketeerError(problem, 'MESSAGE_UNDECODABLE'))).toEqual([true, true])
  })

  it('and counts for operators what waits for its time, what is ready and what is dead', async () => {
    const client = await world.connect()
    const { brokers, groups, topics } = client.admin()
    const topic = world.name('counted')
    const group = world.name('group')
    await topics.create(topic, { queues: 1 })
    const bodies = ['later', 'later', 'soon', 'dead', 'dead', 'dead', 'fine']
    for (const body of bodies) await client.producer().send({ topic, body })
    const handled = new Handled()
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: (message) => {
        handled.handle(message)
        if (message.text() === 'later') throw retryLater({ delayLevel: 18 })
        if (message.text() === 'dead') throw toDeadLetters()
        if (message.text() === 'soon') throw retryLater({ delayLevel: 3 })
      },
    })
    await handled.exactly(bodies)
    // Closing hands back what failed; nobody takes what then becomes ready.
    await consumer.close()
    const failures = {
      lag: 3,
      retries: { ready: 1, delayed: 2, partial: false },
      deadLetters: { messages: 3, stored: 3, since: expect.any(Number) },
    }
    await eventually(async () => expect(await groups.progress(group)).toMatchObject(failures), {
      withinMs: 20_000,
    })
    const progress = await groups.progress(group)
    expect(Math.abs(Date.now() - progress.deadLetters.since!)).toBeLessThan(60_000)
    expect(progress.queues.filter(({ lag }) => lag > 0)).toMatchObject([
      { queue: { topic: `%RETRY%${group}` }, lag: 1 },
    ])
    expect(await groups.lag(group)).toMatchObject({
      ...failures,
      members: 0,
      topics: [{ topic, queues: 1, lag: 0, lagMax: 0 }],
    })
    expect(await groups.lags([group])).toEqual([await groups.lag(group)])
    const { brokerName } = progress.queues[0]!.queue
    const pending = (await brokers.pending(brokerName)).filter((row) => row.group === group)
    expect(pending).toEqual([
      { brokerName, kind: 'delay level', level: 18, group, messages: 2 },
      { brokerName, kind: 'retry', group, messages: 1 },
      { brokerName, kind: 'dead letter', group, messages: 3 },
    ])
  })

  it('what a handler takes too long for', async () => {
    const client = await world.connect()
    const topic = world.name('slow')
    await client.producer().send({ topic, body: 'slow' })
    const handled = new Handled()
    const reasons: unknown[] = []
    const handle = async (message: Message, { signal }: { signal: AbortSignal }) => {
      handled.handle(message)
      if (message.reconsumeTimes > 0) return
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      reasons.push(signal.reason)
    }
    client.consumer({
      group: world.name('group'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      consumeTimeoutMs: 300,
      handle,
    })
    await handled.exactly(['slow', 'slow'])
    expect(reasons).toEqual([expect.objectContaining({ code: 'CONSUME_TIMEOUT' })])
  })

  it('nothing before its delay level is over', async () => {
    const client = await world.connect()
    const topic = world.name('delayed')
    const producer = client.producer()
    await client.admin().topics.create(topic, { queues: 1 })
    const handled = new Handled()
    await client.consumer({
      group: world.name('group'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: handled.handle,
    }).ready
    await producer.send({ topic, body: 'delayed', delayLevel: 1 })
    await producer.send({ topic, body: 'at once' })
    await handled.exactly(['at once', 'delayed'])
    expect(handled.bodies).toEqual(['at once', 'delayed'])
  })
}
