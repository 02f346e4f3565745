import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Client, connect } from '@rocketeer/client'
import { type Clock, isRocketeerError, ManualClock, Resources } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckEvent, type DelayedCheck, delayedCheck } from './delayed-check.js'
import type { Check, DelayedCheckOptions } from './delayed-check-options.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const TOPIC = 'order-unpaid'
const GROUP = 'order-close'

let resources: Resources
let clock: ManualClock
let server: Server
let client: Client

beforeEach(async () => {
  resources = new Resources()
  clock = new ManualClock()
  server = resources.use(await startServer({ clock }))
  client = resources.use(await connect({ nameservers: server.nameservers, clock }))
  await client.admin().topics.create(TOPIC, { queues: 1 })
})
afterEach(() => resources.close())

function checker(check?: Check, options: Partial<DelayedCheckOptions> = {}): DelayedCheck {
  return resources.use(delayedCheck(client, { topic: TOPIC, group: GROUP, clock, check, ...options }))
}

/** Checks that note when they ran, in minutes since now. */
function noting(answer: Check = () => {}): { check: Check; seen: [string, number][] } {
  const seen: [string, number][] = []
  const began = clock.now()
  return {
    seen,
    check: (key, context) => {
      seen.push([key, (clock.now() - began) / MINUTE])
      return answer(key, context)
    },
  }
}

const codeOf = (error: unknown) => (isRocketeerError(error) ? error.code : String(error))

describe('a delayed check', () => {
  it('runs once its time has come, with what was given along', async () => {
    const { check, seen } = noting((_, context) => {
      expect(context).toMatchObject({ body: '{"cents":990}', check: 1, isLast: false })
    })
    const unpaid = checker(check)
    await unpaid.ready
    const scheduled = await unpaid.schedule('order-7', { body: '{"cents":990}' })
    expect(scheduled).toEqual({
      key: 'order-7',
      dueAt: clock.now() + 30 * MINUTE,
      handle: expect.any(String),
    })
    await clock.advance(30 * MINUTE - 1)
    expect(seen).toEqual([])
    await clock.advance(1)
    await clock.advanceUntil(() => seen.length > 0)
    expect(seen).toEqual([['order-7', 30]])
    expect(unpaid.status).toMatchObject({ scheduled: 1, decided: 1, early: 0, timing: 'timers' })
  })

  it('can be a message that somebody else sends, such as an outbox', async () => {
    const { check, seen } = noting()
    const unpaid = checker(check)
    await unpaid.ready
    const message = unpaid.message('order-8', { afterMs: 2 * MINUTE })
    expect(message).toMatchObject({ topic: TOPIC, key: 'order-8', deliverAfterMs: 2 * MINUTE })
    await using producer = client.producer()
    await producer.send(message)
    await clock.advanceUntil(() => seen.length > 0)
    expect(seen).toEqual([['order-8', 2]])
    expect(() => unpaid.message('')).toThrow(/its key is empty/)
  })

  it('finds those that were scheduled before anybody checked, at a time or after a while', async () => {
    const scheduler = checker()
    await scheduler.ready
    await scheduler.schedule('at', { at: new Date(clock.now() + 2 * MINUTE) })
    await scheduler.schedule('after', { afterMs: MINUTE })
    await scheduler.schedule('past', { at: clock.now() - DAY })
    await clock.advance(5 * MINUTE)
    const { check, seen } = noting()
    checker(check)
    await clock.advanceUntil(() => seen.length === 3)
    expect(seen.map(([key]) => key).sort()).toEqual(['after', 'at', 'past'])
  })

  it('is taken back by its handle, and says when it is too late', async () => {
    const { check, seen } = noting()
    const unpaid = checker(check)
    const { handle } = await unpaid.schedule('order-7')
    await unpaid.schedule('order-8')
    expect(await unpaid.cancel(handle)).toBe(true)
    await clock.advance(31 * MINUTE)
    expect(seen.map(([key]) => key)).toEqual(['order-8'])
    expect(await unpaid.cancel(handle)).toBe(false)
    expect(await unpaid.cancel(undefined)).toBe(false)
    expect(await unpaid.cancel(null)).toBe(false)
    expect(unpaid.status.cancelled).toBe(1)
    await expect(unpaid.cancel('nonsense')).rejects.toSatisfy(
      (error) => codeOf(error) === 'RECALL_HANDLE_INVALID',
    )
  })

  it('has one effect when it is scheduled twice or comes twice, because the effect is conditional', async () => {
    const status = new Map([['order-7', 'unpaid']])
    let closed = 0
    const { check, seen } = noting((key) => {
      // UPDATE orders SET status = 'closed' WHERE id = ? AND status = 'unpaid'
      if (status.get(key) !== 'unpaid') return
      status.set(key, 'closed')
      closed++
    })
    const unpaid = checker(check)
    await Promise.all([unpaid.schedule('order-7'), unpaid.schedule('order-7')])
    await unpaid.schedule('never-committed')
    await clock.advanceUntil(() => seen.length === 3)
    expect(closed).toBe(1)
  })

  it('looks again after "not yet", and says at the last check that it is the last', async () => {
    const { check, seen } = noting((_, { isLast }) => (isLast ? undefined : { againAfterMs: 5 * MINUTE }))
    const unpaid = checker(check, { checksMax: 3 })
    await unpaid.schedule('order-7', { afterMs: MINUTE })
    await clock.advance(30 * MINUTE)
    expect(seen).toEqual([
      ['order-7', 1],
      ['order-7', 6],
      ['order-7', 11],
    ])
    expect(unpaid.status).toMatchObject({ again: 2, decided: 1, failed: 0 })
  })

  it('that never decides becomes a dead letter for a person', async () => {
    const unpaid = checker(() => ({ againAfterMs: MINUTE }), { checksMax: 2 })
    const problems: unknown[] = []
    unpaid.on('problem', (error) => problems.push(error))
    await unpaid.schedule('order-7', { afterMs: MINUTE })
    await clock.advance(5 * MINUTE)
    await expect.poll(async () => (await client.admin().groups.deadLetters(GROUP)).messages).toBe(1)
    const queue = (await client.admin().topics.queues(`%DLQ%${GROUP}`))[0]!
    const { messages } = await client.pull(queue, 0)
    expect(messages[0]!.key).toBe('order-7')
    expect(messages[0]!.deadLetterReason).toMatch(/order-7.*2 checks/)
    expect(problems.length).toBeGreaterThan(0)
  })

  it('that throws, or answers nonsense, comes again', async () => {
    let failures = 0
    const { check, seen } = noting(() => {
      if (failures++ === 0) throw new Error('the database is down')
      if (failures === 2) return { againAfterMs: Number.NaN }
      return undefined
    })
    const unpaid = checker(check)
    unpaid.on('problem', () => {})
    await unpaid.schedule('order-7', { afterMs: MINUTE })
    await clock.advanceUntil(() => seen.length === 3)
    expect(unpaid.status).toMatchObject({ failed: 2, decided: 1 })
  })

  it('waits longer than one message may', async () => {
    const { check, seen } = noting()
    const unpaid = checker(check, { stageMsMax: 10 * MINUTE })
    await unpaid.ready
    await unpaid.schedule('order-7', { afterMs: 25 * MINUTE })
    await clock.advance(25 * MINUTE - 1)
    expect(seen).toEqual([])
    await clock.advanceUntil(() => seen.length === 1)
    expect(seen).toEqual([['order-7', 25]])
    expect(unpaid.status).toMatchObject({ early: 2, decided: 1 })
  })

  it('goes by delay levels where that is asked for', async () => {
    const { check, seen } = noting()
    const unpaid = checker(check, { timing: 'levels' })
    await unpaid.ready
    const { handle } = await unpaid.schedule('order-7', { afterMs: 45 * MINUTE })
    expect(handle).toBeUndefined()
    await clock.advance(45 * MINUTE - 1)
    expect(seen).toEqual([])
    await clock.advanceUntil(() => seen.length === 1)
    expect(seen[0]![1]).toBeLessThan(45 + 1 / 60)
    expect(unpaid.status.early).toBe(2)
  })

  it('is not run early by a process whose clock is behind, which looks again', async () => {
    const late: Clock = {
      now: () => clock.now() - 10 * MINUTE,
      after: (delayMs, task) => clock.after(delayMs, task),
      every: (intervalMs, task) => clock.every(intervalMs, task),
      inFlight: clock.inFlight,
    }
    const { check, seen } = noting()
    const behind = checker(check, { clock: late })
    await behind.ready
    await checker(undefined, { group: 'scheduler' }).schedule('order-7')
    await clock.advance(40 * MINUTE - 1)
    expect(seen).toEqual([])
    await clock.advanceUntil(() => seen.length === 1)
    expect(seen).toEqual([['order-7', 40]])
    expect(behind.status.early).toBe(1)
  })

  it.each([
    ['of any characters', '支付 超时\u0001\u0002\n'],
    ['of 10 KB', 'x'.repeat(10_000)],
    ['that objects have, too', '__proto__'],
    ['that is no Unicode', '\ud800'],
  ])('takes a key %s', async (_, key) => {
    const { check, seen } = noting()
    const unpaid = checker(check)
    await unpaid.schedule(key, { afterMs: MINUTE, body: key })
    await clock.advanceUntil(() => seen.length === 1)
    expect(seen[0]![0]).toBe(key)
  })

  it('is found by its key while it waits to be consumed', async () => {
    await checker().schedule('order-7', { afterMs: 0 })
    expect(await client.admin().messages.byKey(TOPIC, 'order-7')).toHaveLength(1)
  })

  it('makes a dead letter of what is no check', async () => {
    const { check, seen } = noting()
    const unpaid = checker(check)
    const problems: string[] = []
    unpaid.on('problem', (error) => problems.push(String(error)))
    const producer = client.producer()
    for (const body of ['no JSON', '{}', '{"key":"","dueAt":0,"checks":0}', '[]'])
      await producer.send({ topic: TOPIC, body })
    await expect.poll(async () => (await client.admin().groups.deadLetters(GROUP)).messages).toBe(4)
    expect(seen).toEqual([])
    expect(problems.length).toBe(4)
  })

  it('tells the channel what became of each delivery', async () => {
    const told: unknown[] = []
    const onEvent = (event: unknown) => told.push(event)
    subscribe('rocketeer:toolkit:delayed-check', onEvent)
    resources.defer(() => unsubscribe('rocketeer:toolkit:delayed-check', onEvent))
    const unpaid = checker(() => {})
    await unpaid.schedule('order-7', { afterMs: MINUTE })
    await clock.advanceUntil(() => told.length === 1)
    const event: CheckEvent = { topic: TOPIC, group: GROUP, key: 'order-7', outcome: 'decided', lateMs: 0 }
    expect(told).toEqual([event])
  })

  it('refuses options, keys and times that make no sense', async () => {
    const invalid = (options: object) => () => checker(undefined, options)
    for (const options of [
      { afterMs: -1 },
      { afterMs: Number.POSITIVE_INFINITY },
      { checksMax: 0 },
      { timing: 'soon' },
      { delayLevelsMs: [2_000, 1_000] },
      { delayLevelsMs: [] },
      { check: 'yes' },
      { aftreMs: 5 },
    ])
      expect(invalid(options), JSON.stringify(options)).toThrow(/delayedCheck/)
    const unpaid = checker()
    await expect(unpaid.schedule('')).rejects.toSatisfy((error) => codeOf(error) === 'CHECK_KEY_INVALID')
    await expect(unpaid.schedule(7 as never)).rejects.toSatisfy(
      (error) => codeOf(error) === 'CHECK_KEY_INVALID',
    )
    for (const options of [
      { afterMs: -1 },
      { at: Number.NaN },
      { at: new Date('no') },
      { afterMs: 1, at: 1 },
    ])
      await expect(unpaid.schedule('k', options as never), JSON.stringify(options)).rejects.toSatisfy(
        (error) => codeOf(error) === 'OPTION_INVALID',
      )
  })

  it('closes by its signal', async () => {
    const stop = new AbortController()
    const unpaid = checker(() => {}, { signal: stop.signal })
    await unpaid.ready
    stop.abort()
    await unpaid.close()
    await expect(unpaid.schedule('order-7')).rejects.toSatisfy((error) => codeOf(error) === 'CLOSED')
  })
})
