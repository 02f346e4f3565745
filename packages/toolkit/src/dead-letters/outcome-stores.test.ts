import sqlite from 'node-sqlite3-wasm'
import { describe, expect, it } from 'vitest'
import { sqliteDatabase } from '../sql/index.js'
import { memoryOutcomes } from './memory-outcomes.js'
import type { DeadLetterOutcome, OutcomeStore } from './outcome.js'
import { sqlOutcomes } from './sql-outcomes.js'

const outcome: DeadLetterOutcome = {
  group: 'coupon',
  messageId: 'm-1',
  topic: 'paid',
  key: 'order-1',
  state: 'replayed',
  replays: 1,
  reason: undefined,
  changedAt: 1_000,
}

async function inTable(): Promise<OutcomeStore> {
  const store = sqlOutcomes(sqliteDatabase(new sqlite.Database()), { table: 'dead `"letters' })
  await store.createTables()
  await store.createTables()
  return store
}

describe.each([
  ['in memory', async () => memoryOutcomes()],
  ['in a table', inTable],
])('outcomes %s', (_where, open) => {
  it('are found by group and message, the last one put', async () => {
    const store = await open()
    expect(await store.find('coupon', 'm-1')).toBeUndefined()
    await store.put(outcome)
    await store.put({ ...outcome, group: 'points', key: undefined, state: 'dropped', reason: '退款' })
    expect(await store.find('coupon', 'm-1')).toEqual(outcome)
    expect(await store.find('points', 'm-1')).toMatchObject({
      state: 'dropped',
      reason: '退款',
      key: undefined,
    })
    await store.put({ ...outcome, state: 'failed-again', replays: 2 })
    expect(await store.find('coupon', 'm-1')).toMatchObject({ state: 'failed-again', replays: 2 })
  })

  it('are changed only from the states and the replay they are meant for', async () => {
    const store = await open()
    await store.put(outcome)
    const consumed = { ...outcome, state: 'consumed', changedAt: 2_000 } as const
    expect(await store.change({ ...consumed, replays: 2 }, ['replayed'])).toBe(false)
    expect(await store.change(consumed, ['retrying', 'parked'])).toBe(false)
    expect(await store.change({ ...consumed, messageId: 'm-2' }, ['replayed'])).toBe(false)
    expect(await store.change(consumed, ['retrying', 'replayed'])).toBe(true)
    expect(await store.find('coupon', 'm-1')).toEqual(consumed)
  })

  it('are listed newest first, counted, and forgotten when they are old', async () => {
    const store = await open()
    for (let i = 0; i < 5; i++)
      await store.put({
        ...outcome,
        ...{ messageId: `m-${i}`, changedAt: i, state: i === 2 ? 'parked' : 'consumed' },
      })
    await store.put({ ...outcome, group: 'points' })
    const ids = async (query: object) =>
      (await store.list({ group: 'coupon', ...query })).map(({ messageId }) => messageId)
    expect(await ids({})).toEqual(['m-4', 'm-3', 'm-2', 'm-1', 'm-0'])
    expect(await ids({ state: 'consumed', outcomesMax: 2 })).toEqual(['m-4', 'm-3'])
    expect(await store.counts('coupon')).toMatchObject({ consumed: 4, parked: 1, replayed: 0 })
    expect(await store.deleteBefore(3)).toBe(false)
    expect(await ids({})).toEqual(['m-4', 'm-3'])
  })

  it('hold whatever a message or a person may say', async () => {
    const store = await open()
    const odd = { ...outcome, messageId: `"'\`${'x'.repeat(300)}`, key: '🧾', reason: "it's '; --" }
    await store.put(odd)
    expect(await store.find('coupon', odd.messageId)).toEqual(odd)
  })
})

it('outcomes in a table keep the beginning of a key or reason of 10 KB', async () => {
  const store = await inTable()
  await store.put({ ...outcome, key: '单'.repeat(10_000), reason: `\0${'\u{1f9fe}'.repeat(10_000)}` })
  const { key, reason } = (await store.find('coupon', 'm-1'))!
  expect(key).toBe('单'.repeat(1_000))
  expect(reason).toBe(`\uFFFD${'\u{1f9fe}'.repeat(999)}`)
})

it('outcomes in memory forget the oldest beyond their limit', async () => {
  const store = memoryOutcomes(2)
  for (const messageId of ['a', 'b', 'c']) await store.put({ ...outcome, messageId })
  expect(await store.find('coupon', 'a')).toBeUndefined()
  expect(await store.list({ group: 'coupon' })).toHaveLength(2)
})
