import { failuresOf } from '@rocketeer/client'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import { readDeadLetters } from './read-all.js'
import type { SuiteWorld } from './suite-peer.js'

export function failureHistoryTests(world: SuiteWorld): void {
  it('each time, and what died says all of it', async () => {
    const client = await world.connect()
    const topic = world.name('why')
    const group = world.name('group')
    await client.producer().send({ topic, key: 'k', body: 'hopeless', properties: { own: 'kept' } })
    const known: number[] = []
    client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      retriesMax: 2,
      handleBatch: ([message]) => {
        known.push(failuresOf(message!).attempts.length)
        throw new RangeError(`attempt ${message!.reconsumeTimes}\u0001\u0002: the database is down`)
      },
    })
    const [dead] = await readDeadLetters(client, group)
    expect(known).toEqual([0, 1, 2])
    const { attempts, dropped, replays } = failuresOf(dead!)
    expect(attempts).toEqual(
      [0, 1, 2].map((reconsumeTimes) => ({
        at: expect.any(Number),
        error: { name: 'RangeError', message: `attempt ${reconsumeTimes} : the database is down` },
        member: client.clientId,
        durationMs: expect.any(Number),
        reconsumeTimes,
      })),
    )
    expect([dropped, replays]).toEqual([0, []])
    expect(Math.abs(Date.now() - attempts[0]!.at)).toBeLessThan(60_000)
    expect(dead).toMatchObject({ topic, key: 'k', userProperties: { own: 'kept' }, reconsumeTimes: 3 })
  })

  it('whichever way the message came, which goes back as it was', async () => {
    const client = await world.connect()
    const topic = world.name('ways')
    const group = world.name('group')
    const packed = 'a coupon, please. '.repeat(1_000)
    const producer = client.producer()
    await client.admin().topics.create(topic, { queues: 2 })
    await producer.send({ topic, body: 'timed', deliverAfterMs: 1_000 })
    await producer.send({ topic, body: 'delayed', delayLevel: 1 })
    await producer.send({ topic, body: packed, properties: { own: '\u4f18' } })
    const transactions = client.transactionProducer({
      group: world.name('sender'),
      check: async () => 'commit',
    })
    await transactions.send({ topic, body: 'in a transaction' }, async () => 'commit')
    const handled = new Handled()
    client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: (message) => {
        handled.handle(message)
        if (message.reconsumeTimes < 2) throw new Error('down')
      },
    })
    const bodies = ['timed', 'delayed', packed, 'in a transaction']
    await handled.exactly(
      bodies.flatMap((body) => [body, body, body]),
      60_000,
    )
    for (const body of bodies) {
      const messages = handled.messages.filter((message) => message.text() === body)
      const [first] = messages
      for (const message of messages) {
        const { messageId, bornTimestamp, userProperties } = first!
        expect(message).toMatchObject({ topic, messageId, bornTimestamp, userProperties })
        expect(failuresOf(message).attempts).toHaveLength(message.reconsumeTimes)
      }
    }
  }, 90_000)

  it('the first time where its consumer wants no retries', async () => {
    const client = await world.connect()
    const topic = world.name('once')
    const group = world.name('group')
    await client.producer().send({ topic, body: 'once' })
    const handled = new Handled()
    client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      retriesMax: 0,
      handle: (message) => {
        handled.handle(message)
        throw new Error('down')
      },
    })
    const [dead] = await readDeadLetters(client, group)
    expect(dead).toMatchObject({ topic, reconsumeTimes: 1 })
    expect(failuresOf(dead!).attempts).toMatchObject([{ error: { message: 'down' }, reconsumeTimes: 0 }])
    expect(handled.bodies).toEqual(['once'])
  })

  it('nowhere where its consumer does not want that', async () => {
    const client = await world.connect()
    const topic = world.name('silent')
    const group = world.name('group')
    await client.producer().send({ topic, body: 'secret' })
    client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      retriesMax: 1,
      failureHistory: false,
      handle: () => {
        throw new Error('secret')
      },
    })
    const [dead] = await readDeadLetters(client, group)
    expect(failuresOf(dead!).attempts).toEqual([])
    expect(JSON.stringify(dead!.properties)).not.toContain('secret')
  })
}
