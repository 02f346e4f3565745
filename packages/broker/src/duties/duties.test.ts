import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'

const HOUR_MS = 3_600_000

let broker: BrokerFixture
let client: TestClient
let popper: PopClient
let producer: TestTransactions

beforeEach(async () => {
  // Nobody sends heartbeats while the hours go by.
  broker = await BrokerFixture.start({ clientExpiryMs: 24 * HOUR_MS })
  await connect()
})

afterEach(() => broker[Symbol.asyncDispose]())

async function connect(): Promise<void> {
  client = await broker.client()
  popper = new PopClient(client.connection)
  producer = await TestTransactions.start(broker)
  producer.answer = () => 'commit'
}

/** One message for each duty to bring to its topic: delayed, with a delivery time, popped, and half of a transaction. */
async function sendEach(name: string): Promise<void> {
  const body = Buffer.from(name)
  const deliverAt = String(broker.clock.now() + 1500)
  await client.send('delayed', { props: { DELAY: '1' }, body })
  await client.send('timed', { props: { TIMER_DELIVER_MS: deliverAt }, body })
  // A topic of its own, so that nobody pops what came back.
  await client.send(`popped-${name}`, { body })
  await popper.pop(`popped-${name}`, { invisibleTime: 1000 })
  await producer.begin('halved', name, { queueId: 0 })
}

async function arrived(topic: string): Promise<string[]> {
  const bodies: string[] = []
  if (!broker.parts.topics.has(topic)) return bodies
  for (;;) {
    const { messages } = await client.pull('tools', topic, bodies.length, { tags: '*' })
    if (messages.length === 0) return bodies
    bodies.push(...messages.map(({ body }) => body.toString()))
  }
}

async function expectArrived(names: readonly string[], expected: readonly string[]): Promise<void> {
  for (const topic of ['delayed', 'timed', 'halved'])
    expect((await arrived(topic)).toSorted(byNumber), topic).toEqual(expected)
  for (const name of names)
    expect(await arrived(`%RETRY%readers_popped-${name}`)).toEqual(expected.filter((each) => each === name))
}

describe('the duties of a master', () => {
  it('deliver nothing while they are stopped, and everything after the next start', async () => {
    await broker.duties.stop()
    await sendEach('0')
    await sendEach('1')
    const { maxPhysicalOffset } = broker.parts.store.stats
    await broker.clock.advance(HOUR_MS)
    expect(broker.parts.store.stats.maxPhysicalOffset).toBe(maxPhysicalOffset)
    await expectArrived(['0', '1'], [])
    expect(producer.asked).toEqual([])
    broker.duties.start()
    await broker.clock.advance(60_000)
    await expectArrived(['0', '1'], ['0', '1'])
  })

  it('lose nothing and double nothing however often they stop and start', async () => {
    const names = Array.from({ length: 24 }, (_, index) => String(index))
    for (const [index, name] of names.entries()) {
      await sendEach(name)
      // At moments at which some are waiting, some due and some on their way.
      const advancing = broker.clock.advance((index % 7) * 400)
      if (index % 3 === 0) await broker.duties.stop()
      await advancing
      if (index % 3 === 1) broker.duties.start()
      if (index % 5 === 0) {
        const stopping = broker.duties.stop()
        broker.duties.start()
        await stopping
      }
    }
    broker.duties.start()
    await broker.clock.advance(3 * 60_000)
    await expectArrived(names, names)
  })

  it('find after a restart what came while they were stopped', async () => {
    await broker.duties.stop()
    await sendEach('0')
    await broker.restart()
    await connect()
    await broker.clock.advance(60_000)
    await expectArrived(['0'], ['0'])
  })
})

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b)
}
