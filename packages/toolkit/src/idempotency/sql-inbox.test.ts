import { fakeContext, fakeMessage } from '@rocketeer/client/testing'
import { ManualClock } from '@rocketeer/foundation'
import wasm from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteDatabase } from '../sql/sqlite-database.js'
import { idempotent } from './idempotent.js'
import { type SqlInbox, sqlInbox } from './sql-inbox.js'
import { storeContract } from './testing/store-contract.js'

let connection: wasm.Database
let inbox: SqlInbox<wasm.Database>

beforeEach(async () => {
  connection = new wasm.Database(':memory:')
  inbox = sqlInbox(sqliteDatabase(connection), { table: 'odd "in?box"' })
  await inbox.createTables()
  await inbox.createTables()
})
afterEach(() => connection.close())

const context = fakeContext({ group: 'coupon' })

describe('the inbox in SQLite', () => {
  it.each(storeContract)('$name', ({ run }) => run(inbox))

  it('commits what the handler did together with its row, or neither', async () => {
    connection.exec('CREATE TABLE coupons (order_id TEXT)')
    const grant = (fails: boolean) =>
      idempotent({ store: inbox }, async ({ key }, { transaction }) => {
        transaction.run('INSERT INTO coupons VALUES (?)', [key!])
        if (fails) throw new Error('after the effect')
      })
    const message = fakeMessage({ key: 'order-1' })
    await expect(grant(true)(message, context)).rejects.toThrow('after the effect')
    expect(connection.all('SELECT * FROM coupons')).toEqual([])
    await grant(false)(message, context)
    await grant(false)(message, context)
    expect(connection.all('SELECT * FROM coupons')).toEqual([{ order_id: 'order-1' }])
  })

  it('shows people which message it was, cut to what the columns hold', async () => {
    const handle = idempotent({ store: inbox, key: () => `\u{1f9fe}\0${'x'.repeat(400)}` }, () => {})
    await handle(
      fakeMessage({ topic: 'paid', tag: 'vip', messageId: 'AC1100010000000000000000000000AA' }),
      context,
    )
    expect(connection.all('SELECT scope, message_key, message_id FROM "odd ""in?box"""')).toEqual([
      {
        scope: 'coupon/paid/vip',
        message_key: `\u{1f9fe}\uFFFD${'x'.repeat(253)}`,
        message_id: 'AC1100010000000000000000000000AA',
      },
    ])
  })

  it('gives the statements for those who change their tables by migrations', () => {
    expect(inbox.tableDefinitions).toEqual([
      expect.stringContaining('CREATE TABLE IF NOT EXISTS "odd ""in?box"""'),
      expect.stringMatching(/^CREATE INDEX/),
    ])
  })

  it.each([[{ table: '' }], [{ name: 'inbox' }]])('refuses %j', (options) => {
    expect(() => sqlInbox(sqliteDatabase(connection), options as { table: string })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })
})

describe('the cleaner of an inbox', () => {
  const HOUR = 3_600_000
  const left = () => connection.all('SELECT message_key FROM "odd ""in?box"""').length

  async function fill(count: number): Promise<void> {
    for (let i = 0; i < count; i++)
      await idempotent({ store: inbox }, () => {})(fakeMessage({ key: `k${i}` }), context)
  }

  it('deletes what is old enough, in batches, and goes on in its interval', async () => {
    await fill(1_201)
    connection.run('UPDATE "odd ""in?box""" SET handled_at = handled_at - ?', [25 * HOUR])
    await idempotent({ store: inbox }, () => {})(fakeMessage({ key: 'young' }), context)
    const clock = new ManualClock(0)
    await using cleaner = inbox.cleaner({ keepMs: 24 * HOUR, intervalMs: 60_000, clock })
    await expect.poll(() => cleaner.status.lastRoundAt !== undefined && left()).toBe(1)
    expect(cleaner.status.deleted).toBe(1_201)
    connection.run('UPDATE "odd ""in?box""" SET handled_at = handled_at - ?', [25 * HOUR])
    await clock.advance(60_000)
    await expect.poll(left).toBe(0)
  })

  it('reports what it cannot do, and tries again', async () => {
    const clock = new ManualClock(0)
    await using cleaner = inbox.cleaner({ clock, intervalMs: 1_000 })
    await expect.poll(() => cleaner.status.lastRoundAt).toBe(0)
    const problems: unknown[] = []
    cleaner.on('problem', (_error, source) => problems.push(source))
    connection.exec('ALTER TABLE "odd ""in?box""" RENAME TO away')
    await clock.advance(1_000)
    await expect.poll(() => problems).toEqual([{ table: 'odd "in?box"' }])
    connection.exec('ALTER TABLE away RENAME TO "odd ""in?box"""')
    await clock.advance(1_000)
    await expect.poll(() => cleaner.status.lastRoundAt).toBe(2_000)
  })
})
