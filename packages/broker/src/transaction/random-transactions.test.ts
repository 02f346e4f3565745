import { afterEach, beforeEach, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { type SentHalf, TestTransactions } from '../testing/test-transactions.js'

const INTERVAL_MS = 30_000
const TRANSACTIONS = 240
const QUEUES = 4

let broker: BrokerFixture

beforeEach(async () => {
  broker = await BrokerFixture.start({ clientExpiryMs: 86_400_000 })
})

afterEach(() => broker[Symbol.asyncDispose]())

/** A small generator, so that a failure can be repeated with its seed. Park and Miller. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

/** What the producers' database says. */
type Truth = Map<string, 'commit' | 'rollback'>

async function startProducer(truth: Truth, random: (below: number) => number): Promise<TestTransactions> {
  const producer = await TestTransactions.start(broker)
  producer.answer = ({ message }) => {
    const luck = random(10)
    if (luck < 2) return undefined
    return luck < 4 ? 'unknown' : truth.get(message.body.toString())
  }
  return producer
}

async function deliveredBodies(): Promise<string[]> {
  const reader = await broker.client()
  const found: string[] = []
  for (let queueId = 0; queueId < QUEUES; queueId++) {
    for (let offset = 0; ; ) {
      const { messages } = await reader.pull('readers', 'orders', offset, { tags: '*', queueId })
      if (messages.length === 0) break
      found.push(...messages.map(({ body }) => body.toString()))
      offset += messages.length
    }
  }
  return found
}

const openTransactions = () =>
  broker.parts.store.maxOffset('RMQ_SYS_TRANS_HALF_TOPIC', 0) - broker.parts.transactionLedger.firstOpenOffset

it.each([
  ['one run', 1, false],
  ['another run', 7, false],
  ['a run with restarts', 3, true],
  ['another run with restarts', 11, true],
] as const)(
  'in %s every transaction ends as its outcome says, none is lost or doubled',
  async (_name, seed, restarts) => {
    const random = randomNumbers(seed)
    const truth: Truth = new Map()
    const late: { half: SentHalf; outcome: 'commit' | 'rollback' }[] = []
    let producer = await startProducer(truth, random)
    for (let index = 0; index < TRANSACTIONS; index++) {
      const body = `order-${index}`
      const outcome = random(3) === 0 ? 'rollback' : 'commit'
      truth.set(body, outcome)
      const half = await producer.begin('orders', body, { queueId: index % QUEUES })
      // Told, told twice, told too late, or lost on the way.
      const fate = random(4)
      if (fate <= 1) producer.endOneway(half, outcome)
      if (fate === 1) producer.endOneway(half, outcome)
      if (fate === 2) late.push({ half, outcome })
      if (index % 60 !== 59) continue
      await broker.clock.advance(INTERVAL_MS)
      for (const { half, outcome } of late.splice(0)) producer.endOneway(half, outcome)
      if (!restarts) continue
      await producer.end({ queueOffset: 0, physicalOffset: 0 }, 'unknown')
      await broker.restart()
      producer = await startProducer(truth, random)
    }
    for (let round = 0; round < 15 && openTransactions() > 0; round++) {
      await broker.clock.advance(INTERVAL_MS)
      await producer.end({ queueOffset: 0, physicalOffset: 0 }, 'unknown')
    }
    await expect.poll(openTransactions).toBe(0)
    const committed = [...truth].filter(([, outcome]) => outcome === 'commit').map(([body]) => body)
    expect((await deliveredBodies()).sort()).toEqual(committed.sort())
    expect(broker.parts.store.maxOffset('TRANS_CHECK_MAX_TIME_TOPIC', 0)).toBe(0)
  },
  30_000,
)
