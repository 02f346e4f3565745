import { channel } from 'node:diagnostics_channel'
import { type Client, connect, type Message } from '@rocketeer/client'
import { ManualClock, Resources } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteDatabase } from '../sql/index.js'
import { DeadLetterWorker } from './dead-letter-worker.js'
import type { DeadLetterOutcome, OutcomeStore } from './outcome.js'
import { countDeadLetters, replayDeadLetters } from './replay-dead-letters.js'
import { sqlOutcomes } from './sql-outcomes.js'
import type { DeadLetterWorkerOptions } from './worker-options.js'

const MINUTE = 60_000
const GROUP = 'coupon'

let resources: Resources
let clock: ManualClock
let server: Server
let mq: Client
let outcomes: OutcomeStore
let databaseIsUp: boolean
let poison: Set<string>
let granted: Message[]
let grantedAt: number[]
let problems: { code?: string; details?: object }[]

beforeEach(async () => {
  resources = new Resources()
  clock = new ManualClock()
  databaseIsUp = false
  poison = new Set()
  granted = []
  grantedAt = []
  problems = []
  server = resources.use(await startServer({ clock }))
  mq = resources.use(await connect({ nameservers: server.nameservers, clock }))
  mq.on('problem', () => undefined)
  const connection = new sqlite.Database()
  resources.defer(() => connection.close())
  const inTable = sqlOutcomes(sqliteDatabase(connection))
  await inTable.createTables()
  outcomes = inTable
  await mq.admin().topics.create('paid', { queues: 2 })
})
afterEach(() => resources.close())

/** Its consumer makes a dead letter of what fails twice. */
function consume(): Promise<void> {
  const consumer = mq.consumer({
    group: GROUP,
    subscribe: { paid: '*' },
    startFrom: 'first',
    retriesMax: 1,
    handle: (message) => {
      if (!databaseIsUp) throw new Error('the database is down')
      if (poison.has(message.key!)) throw new Error('no such order')
      granted.push(message)
      grantedAt.push(clock.now())
    },
  })
  return consumer.ready
}

async function makeDeadLetters(count: number): Promise<void> {
  await consume()
  const producer = mq.producer()
  for (let i = 0; i < count; i++)
    await producer.send({
      topic: 'paid',
      key: `order-${i}`,
      tag: 'vip',
      properties: { shop: 'n' },
      body: `${i}`,
    })
  await clock.advance(MINUTE)
  expect(await countDeadLetters(mq, GROUP)).toMatchObject({ total: count })
}

function work(options: Partial<DeadLetterWorkerOptions> = {}, client = mq): DeadLetterWorker {
  const probe = () => databaseIsUp
  const worker = new DeadLetterWorker(client, { groups: GROUP, probe, outcomes, clock, ...options })
  worker.on('problem', (error) => problems.push(error as object))
  return resources.use(worker)
}

function keysOf(messages: readonly { key: string | undefined }[]): string[] {
  return messages.map(({ key }) => key!).sort()
}

function keys(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `order-${i}`).sort()
}

describe('a dead-letter worker', () => {
  it('holds while the dependency is down, and replays everything once it answers', async () => {
    await makeDeadLetters(20)
    const worker = work({ firstRatePerSecond: 2 })
    await clock.advance(2 * MINUTE)
    expect(granted).toEqual([])
    expect(worker.status).toMatchObject({ health: { state: 'unhealthy' }, groups: [{ undecided: 0 }] })
    databaseIsUp = true
    await clock.advance(MINUTE)
    expect(keysOf(granted)).toEqual(keys(20))
    for (const message of granted) {
      expect(message).toMatchObject({ topic: 'paid', tag: 'vip', reconsumeTimes: 0, replayTimes: 1 })
      expect(message.userProperties).toEqual({ shop: 'n' })
    }
    expect(await countDeadLetters(mq, GROUP)).toEqual({ total: 20, left: 0 })
    expect(await worker.counts()).toMatchObject({ consumed: 20, replayed: 0 })
    expect(keysOf(await worker.outcomes({ state: 'consumed' }))).toEqual(keys(20))
    expect(problems).toEqual([])
  })

  it('begins slowly, and is faster each time messages are consumed and none failed', async () => {
    await makeDeadLetters(60)
    databaseIsUp = true
    const startedAt = clock.now()
    work({ firstRatePerSecond: 1, ratePerSecond: 4, growAfterMs: 5_000 })
    await clock.advance(90_000)
    expect(granted).toHaveLength(60)
    const inSecond = new Map<number, number>()
    for (const at of grantedAt) {
      const second = Math.floor((at - startedAt) / 1000)
      inSecond.set(second, (inSecond.get(second) ?? 0) + 1)
    }
    const rates = [...inSecond.values()]
    // Nothing is known to be consumed before the first retry would have come.
    expect(Math.max(...rates.slice(0, 10))).toBeLessThanOrEqual(2)
    expect(Math.max(...rates)).toBeLessThanOrEqual(5)
    expect(Math.max(...rates)).toBeGreaterThanOrEqual(4)
  })

  it('parks a poison message after its replays, and the others go on', async () => {
    await makeDeadLetters(12)
    poison.add('order-3')
    databaseIsUp = true
    const worker = work({ firstRatePerSecond: 10, replaysMax: 2 })
    await clock.advance(20 * MINUTE)
    expect(keysOf(granted)).toEqual(keys(12).filter((key) => key !== 'order-3'))
    expect(await worker.outcomes({ state: 'parked' })).toMatchObject([{ key: 'order-3', replays: 2 }])
    expect(problems).toMatchObject([{ code: 'DEAD_LETTER_PARKED', details: { key: 'order-3' } }])
    expect(worker.status.groups[0]).toMatchObject({
      ...{ heldUntil: undefined, undecided: 0 },
      counts: { replayed: 13, consumed: 11, 'failed-again': 2, parked: 1 },
    })
    poison.clear()
    const [{ messageId }] = (await worker.outcomes({ state: 'parked' })) as [DeadLetterOutcome]
    await worker.replayNow({ messageId })
    await clock.advance(MINUTE)
    expect(keysOf(granted)).toEqual(keys(12))
    expect(await worker.counts()).toMatchObject({ consumed: 12, parked: 0 })
  })

  it('stops when replays fail although the probe answers, tries again ever later, and then slowly', async () => {
    await makeDeadLetters(30)
    const worker = work({ probe: () => true, firstRatePerSecond: 1, failuresToHold: 3, holdMs: MINUTE })
    await clock.advance(40_000)
    const [group] = worker.status.groups
    expect(group!.heldUntil).toBeGreaterThan(clock.now())
    const replayed = group!.counts.replayed
    expect(replayed).toBeLessThan(20)
    await clock.advance(30_000)
    expect(worker.status.groups[0]!.counts.replayed).toBe(replayed)
    expect(problems).toMatchObject([{ code: 'REPLAYS_FAILING', details: { holdMs: MINUTE } }])
    databaseIsUp = true
    await clock.advance(8 * MINUTE)
    expect(keysOf(granted)).toEqual(keys(30))
    expect(await worker.counts()).toMatchObject({ consumed: 30 })
  })

  it('replays nothing that somebody has dropped or parked, and says who lacks a reason', async () => {
    await makeDeadLetters(3)
    const worker = work()
    const dead = await mq.admin().deadLetters.page(GROUP)
    const idOf = (key: string) =>
      dead.deadLetters.find(({ message }) => message.key === key)!.message.messageId
    await worker.drop({ messageId: idOf('order-0'), reason: 'refunded by hand' })
    await worker.park({ group: GROUP, messageId: idOf('order-1'), reason: 'ask the customer' })
    await expect(worker.drop({ messageId: idOf('order-2'), reason: ' ' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    })
    await expect(worker.park({ messageId: 'nothing', reason: 'x' })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    })
    databaseIsUp = true
    await clock.advance(2 * MINUTE)
    expect(keysOf(granted)).toEqual(['order-2'])
    const listed = await worker.outcomes()
    expect(listed.map(({ key, state, reason }) => [key, state, reason]).sort()).toEqual([
      ['order-0', 'dropped', 'refunded by hand'],
      ['order-1', 'parked', 'ask the customer'],
      ['order-2', 'consumed', undefined],
    ])
  })

  it('goes on where a replay by hand was, and a replay by hand where it was', async () => {
    await makeDeadLetters(6)
    await replayDeadLetters(mq, { group: GROUP, ratePerSecond: 1_000, keepRest: true })
    databaseIsUp = true
    await clock.advance(MINUTE)
    expect(granted).toHaveLength(6)
    work()
    await clock.advance(2 * MINUTE)
    expect(granted).toHaveLength(6)
    databaseIsUp = false
    await makeMore(2)
    databaseIsUp = true
    await clock.advance(2 * MINUTE)
    expect(granted).toHaveLength(8)
    expect(await replayDeadLetters(mq, { group: GROUP })).toEqual({ replayed: 0, skipped: 0 })
  })

  it('shares the work: two workers replay no message twice, also when one ends', async () => {
    await makeDeadLetters(40)
    databaseIsUp = true
    const other = resources.use(await connect({ nameservers: server.nameservers, clock }))
    const options = { firstRatePerSecond: 1, ratePerSecond: 1 }
    const [first] = [work(options), work(options, other)]
    await clock.advance(20_000)
    expect(granted.length).toBeGreaterThan(5)
    expect(granted.length).toBeLessThan(40)
    await first.close()
    await clock.advance(5 * MINUTE)
    expect(keysOf(granted)).toEqual(keys(40))
  })

  it('finds out what became of messages whose worker has ended', async () => {
    await makeDeadLetters(5)
    databaseIsUp = true
    const first = work({ firstRatePerSecond: 5, outcomeAfterMs: MINUTE })
    await clock.advance(15_000)
    await first.close()
    expect(await first.counts()).toMatchObject({ replayed: 5 })
    const second = work()
    await clock.advance(15 * MINUTE)
    expect(await second.counts()).toMatchObject({ replayed: 0, consumed: 5 })
    expect(granted).toHaveLength(5)
  })

  it('replays no more than it can follow while nobody consumes', async () => {
    await makeDeadLetters(30)
    await mq.close()
    mq = resources.use(await connect({ nameservers: server.nameservers, clock }))
    const worker = work({ probe: () => true, firstRatePerSecond: 100, undecidedMax: 10 })
    await clock.advance(MINUTE)
    expect(worker.status.groups[0]).toMatchObject({ undecided: 10, counts: { replayed: 10, consumed: 0 } })
  })

  it('publishes each outcome', async () => {
    const published: string[] = []
    const keep = (message: unknown) => published.push((message as DeadLetterOutcome).state)
    channel('rocketeer:toolkit:dead-letters').subscribe(keep)
    resources.defer(() => channel('rocketeer:toolkit:dead-letters').unsubscribe(keep))
    await makeDeadLetters(1)
    databaseIsUp = true
    work({ outcomes: undefined })
    await clock.advance(2 * MINUTE)
    expect(published).toEqual(['replayed', 'consumed'])
  })

  it.each([
    { groups: [] },
    { probe: undefined },
    { firstRatePerSecond: 200 },
    { holdMs: 700_000 },
    { outcomes: {} },
    { rate: 1 },
  ])('refuses %j', (options) => {
    expect(() => work(options as Partial<DeadLetterWorkerOptions>)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })

  async function makeMore(count: number): Promise<void> {
    const producer = mq.producer()
    for (let i = 0; i < count; i++) await producer.send({ topic: 'paid', key: `more-${i}`, body: 'x' })
    await clock.advance(MINUTE)
  }
})
