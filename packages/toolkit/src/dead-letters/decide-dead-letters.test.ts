import { type Client, connect } from '@rocketeer/client'
import { ManualClock, Resources } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DeadLetterWorker } from './dead-letter-worker.js'
import { decideDeadLetters } from './decide-dead-letters.js'
import { decisionsOf, decisionTopicOf } from './decision-notes.js'
import { memoryOutcomes } from './memory-outcomes.js'
import { countDeadLetters, replayDeadLetters } from './replay-dead-letters.js'

const MINUTE = 60_000
const GROUP = 'coupon'

let resources: Resources
let clock: ManualClock
let mq: Client
let databaseIsUp: boolean
let granted: string[]

/** Four dead letters. */
beforeEach(async () => {
  resources = new Resources()
  clock = new ManualClock()
  databaseIsUp = false
  granted = []
  const server = resources.use(await startServer({ clock }))
  mq = resources.use(await connect({ nameservers: server.nameservers, clock }))
  mq.on('problem', () => undefined)
  await mq.admin().topics.create('paid', { queues: 1 })
  const consumer = mq.consumer({
    group: GROUP,
    subscribe: { paid: '*' },
    startFrom: 'first',
    retriesMax: 1,
    handle: ({ key }) => {
      if (!databaseIsUp) throw new Error('the database is down')
      granted.push(key!)
    },
  })
  await consumer.ready
  for (let i = 0; i < 4; i++) await mq.producer().send({ topic: 'paid', key: `order-${i}`, body: 'x' })
  await clock.advance(MINUTE)
  expect(await countDeadLetters(mq, GROUP)).toMatchObject({ total: 4 })
})
afterEach(() => resources.close())

const decide = (state: 'parked' | 'dropped', key: string, reason: string) =>
  decideDeadLetters(mq, { group: GROUP, state, reason, accept: ({ message }) => message.key === key })

describe('a decision about a dead letter', () => {
  it('is taken over by a worker, made before it began or while it runs, and a parked one is replayed by hand', async () => {
    expect(await decide('dropped', 'order-0', 'refunded')).toBe(1)
    expect(await decide('dropped', 'order-0', 'again')).toBe(0)
    await mq.producer().send({ topic: decisionTopicOf(GROUP), body: 'no decision' })
    const worker = work()
    await clock.advance(MINUTE)
    expect(await worker.outcomes()).toMatchObject([{ key: 'order-0', state: 'dropped', reason: 'refunded' }])
    await decide('parked', 'order-1', 'TICKET-7')
    await clock.advance(MINUTE)
    databaseIsUp = true
    await clock.advance(MINUTE)
    expect(granted.sort()).toEqual(['order-2', 'order-3'])
    expect(await worker.counts()).toMatchObject({ consumed: 2, dropped: 1, parked: 1 })
    expect(await countDeadLetters(mq, GROUP)).toMatchObject({ left: 0 })

    expect(await replayDeadLetters(mq, { group: GROUP, parked: true })).toEqual({ replayed: 1, skipped: 0 })
    await clock.advance(MINUTE)
    expect(granted.sort()).toEqual(['order-1', 'order-2', 'order-3'])
    expect(await worker.outcomes({ state: 'parked' })).toEqual([])
    expect(await replayDeadLetters(mq, { group: GROUP, parked: true })).toEqual({ replayed: 0, skipped: 0 })
  })

  it('gives way to a later one of a worker, also after that has started anew', async () => {
    await decide('parked', 'order-0', 'wait')
    const outcomes = memoryOutcomes()
    const worker = work(outcomes)
    await clock.advance(MINUTE)
    const [parked] = await worker.outcomes({ state: 'parked' })
    await worker.drop({ messageId: parked!.messageId, reason: 'refunded' })
    await worker.close()
    const restarted = work(outcomes)
    await clock.advance(MINUTE)
    expect(await restarted.outcomes()).toMatchObject([{ state: 'dropped', reason: 'refunded' }])
  })

  it('is not about the same message when it dies once more', async () => {
    await decide('parked', 'order-0', 'wait')
    await replayDeadLetters(mq, { group: GROUP, parked: true })
    await clock.advance(MINUTE)
    expect(await replayDeadLetters(mq, { group: GROUP, dryRun: true })).toEqual({ replayed: 4, skipped: 1 })
  })

  it('is refused without a reason, and in a dry run only counted', async () => {
    await expect(decide('dropped', 'order-0', ' ')).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    const options = { group: GROUP, state: 'dropped', reason: 'x', accept: () => true, dryRun: true } as const
    expect(await decideDeadLetters(mq, options)).toBe(4)
    expect(await decisionsOf(mq, GROUP)).toEqual(new Map())
  })

  it('has a topic for every group, however long its name', () => {
    expect(decisionTopicOf('coupon')).toBe('DLQ_DECISIONS_coupon')
    const [one, other] = ['a', 'b'].map((last) => decisionTopicOf('g'.repeat(254) + last))
    expect(one).not.toBe(other)
    expect(one!.length).toBeLessThanOrEqual(127)
  })
})

function work(outcomes = memoryOutcomes()): DeadLetterWorker {
  const worker = new DeadLetterWorker(mq, { groups: GROUP, probe: () => databaseIsUp, outcomes, clock })
  worker.on('problem', () => undefined)
  return resources.use(worker)
}
