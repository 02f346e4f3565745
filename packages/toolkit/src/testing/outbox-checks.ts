import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { isRocketeerError, type MessageToSend, RocketeerError } from '@rocketeer/client'
import { Leases } from '../leases/leases.js'
import { Outbox } from '../outbox/index.js'
import { OutboxRows } from '../outbox/outbox-rows.js'
import { SLOTS } from '../outbox/tables.js'
import { quotedTable } from '../sql/identifiers.js'
import type { SqlDatabase } from '../sql/sql-database.js'
import type { ContractCheck } from '../sql/testing/index.js'
import { empty, nameOf, read, until } from './tables.js'

/** What an outbox does with its tables, whichever database has them. */
export const outboxChecks: readonly ContractCheck[] = [
  {
    name: 'an outbox sends each key in its order, whatever its text, and keeps apart what no broker takes',
    run: async (database) => {
      const table = nameOf('outbox')
      const outbox = new Outbox(database, { table })
      await Promise.all([outbox.createTables(), outbox.createTables()])
      await empty(database, table)
      const long = 'k'.repeat(10_240)
      const orderKeys = ['a', 'A', 'a ', '\0', '\u{1f9fe}', "'; --", `${long}1`, `${long}2`]
      for (let step = 0; step < 4; step++)
        for (const orderKey of orderKeys)
          await database.transaction((transaction) =>
            outbox.add(
              transaction,
              { topic: 'paid', properties: { shop: '单\0\u{1f9fe}' }, body: Buffer.from([0, 255, step]) },
              { orderKey },
            ),
          )
      const half = database.transaction((transaction) =>
        outbox.add(transaction, { topic: 'paid', body: 'x' }, { orderKey: '\ud83e' }),
      )
      await rejects(half, (error) => isRocketeerError(error, 'MESSAGE_INVALID'))
      await database.transaction((transaction) => outbox.add(transaction, { topic: 'refused', body: 'x' }))
      await rejects(
        database.transaction(async (transaction) => {
          await outbox.add(transaction, { topic: 'paid', body: 'never' }, { orderKey: 'a' })
          throw new Error('rolled back')
        }),
        /rolled back/,
      )
      const sent: { orderKey: string; step: number; shop: string }[] = []
      const send = async ({ topic, properties, body }: MessageToSend, { orderKey = '' } = {}) => {
        if (topic === 'refused') throw new RocketeerError('MESSAGE_INVALID', 'no \0', false, {}, undefined)
        sent.push({ orderKey, step: (body as Uint8Array)[2]!, shop: String(properties?.shop) })
        return {}
      }
      const sendBatch = async (messages: readonly MessageToSend[], options: { orderKey?: string }) => {
        for (const message of messages) await send(message, options)
        return {}
      }
      const relay = outbox.relay({ send, sendBatch }, { batchMax: 16, pollIntervalMs: 10 })
      relay.on('problem', () => {})
      await until(async () => (await outbox.status()).waiting === 0)
      await relay.close()
      for (const orderKey of orderKeys)
        deepStrictEqual(
          sent.filter((each) => each.orderKey === orderKey).map(({ step }) => step),
          [0, 1, 2, 3],
        )
      deepStrictEqual([...new Set(sent.map(({ shop }) => shop))], ['单\0\u{1f9fe}'])
      const [row] = await outbox.setAside()
      strictEqual(row?.message.topic, 'refused')
      ok(row.reason.includes('\uFFFD'))
      strictEqual(await outbox.removeSetAside(row.id), true)
    },
  },
  {
    name: 'a relay finds its rows by an index, however many there are',
    run: async (database) => {
      const table = nameOf('many')
      const name = quotedTable(database.dialect, table)
      await new Outbox(database, { table }).createTables()
      await empty(database, table)
      await insertRows(database, name, 4_000)
      const statements: string[] = []
      const noted: typeof database = {
        ...database,
        execute: (transaction, text, values) => {
          statements.push(text)
          return database.execute(transaction, text, values)
        },
      }
      const rows = new OutboxRows(noted, table)
      const slots = Array.from({ length: SLOTS }, (_, slot) => slot)
      const found = await rows.next({ slots, rowsMax: 500, exceptTopics: [] })
      strictEqual(found.rows.length, 500)
      if (database.dialect === 'postgres') await read(database, `ANALYZE ${name}`)
      for (const statement of statements) deepStrictEqual(await wholeReads(database, statement, table), [])
    },
  },
  {
    name: 'tables may have the longest names that the database takes, and longer ones are refused',
    run: async (database) => {
      // MariaDB's files have five letters for each sign of no Latin script.
      const table = database.dialect === 'mysql' ? 'x'.repeat(56) : '单'.repeat(18)
      const outbox = new Outbox(database, { table })
      await outbox.createTables()
      await empty(database, table)
      await database.transaction((transaction) => outbox.add(transaction, { topic: 'paid', body: 'x' }))
      deepStrictEqual((await outbox.status()).waiting, 1)
      const leases = new Leases({ database, table: `${table}_leases`, owner: 'one', leaseMs: 1_000 })
      strictEqual((await leases.divide(2)).length, 2)
      await leases.releaseAll()
      if (database.dialect === 'sqlite') return
      throws(() => new Outbox(database, { table: `${table}单` }), /"table": names may have 6[34] /)
    },
  },
]

const ROWS_AT_ONCE = 500

async function insertRows<Transaction>(
  database: SqlDatabase<Transaction>,
  name: string,
  rows: number,
): Promise<void> {
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const values = Array.from(
      { length: ROWS_AT_ONCE },
      (_, n) => `(${(first + n) % SLOTS}, 1, 'paid', '{}', 'x')`,
    )
    await read(
      database,
      `INSERT INTO ${name} (slot, created_at, topic, message, body) VALUES ${values.join(', ')}`,
    )
  }
}

/** The steps of a statement that read the table from end to end, as the database plans it. */
async function wholeReads<Transaction>(
  database: SqlDatabase<Transaction>,
  statement: string,
  table: string,
): Promise<unknown[]> {
  const { dialect } = database
  const steps = await read(
    database,
    `${dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'} ${statement}`,
  )
  return steps.filter((step) => {
    if (dialect === 'mysql') return step.table === table && ['ALL', 'index'].includes(String(step.type))
    // To join so few rows as these are, PostgreSQL may as well read all of them.
    if (dialect === 'postgres') return /Seq Scan (?!.* kept )/.test(String(step['QUERY PLAN']))
    return String(step.detail).startsWith(`SCAN ${table}`)
  })
}
