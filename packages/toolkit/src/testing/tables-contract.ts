import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { fakeMessage } from '@rocketeer/client/testing'
import { applyChanges, sqlPositions } from '../change-relay/index.js'
import { sqlOutcomes } from '../dead-letters/index.js'
import { entryOf } from '../idempotency/identity.js'
import { sqlInbox } from '../idempotency/index.js'
import { Leases, leaseTable } from '../leases/leases.js'
import { createTables } from '../sql/create-tables.js'
import { quotedTable } from '../sql/identifiers.js'
import type { ContractCheck } from '../sql/testing/index.js'
import { TransactionRows, transactionTable } from '../transactions/transaction-rows.js'
import { outboxChecks } from './outbox-checks.js'
import { countOf, empty, nameOf, ODD, read, shown, until } from './tables.js'
import { tablesMissing } from './tables-missing.js'

const outcome = {
  group: 'coupon',
  messageId: 'm-1',
  topic: 'paid',
  key: 'order-1',
  state: 'replayed',
  replays: 1,
  reason: undefined,
  changedAt: 1_000,
} as const

/** What each piece does with its table, whichever database has it and whatever the table is called. */
export const tablesContract: readonly ContractCheck[] = [
  ...outboxChecks,
  tablesMissing,
  {
    name: 'outcomes of dead letters are kept, changed, counted, listed and forgotten',
    run: async (database) => {
      const store = sqlOutcomes(database, { table: nameOf('outcomes') })
      await Promise.all([store.createTables(), store.createTables()])
      await empty(database, nameOf('outcomes'))
      await store.put(outcome)
      deepStrictEqual(await store.find('coupon', 'm-1'), outcome)
      const consumed = { ...outcome, state: 'consumed', changedAt: 2_000 } as const
      strictEqual(await store.change({ ...consumed, replays: 2 }, ['replayed']), false)
      strictEqual(await store.change(consumed, ['parked']), false)
      strictEqual(await store.change(consumed, ['retrying', 'replayed']), true)
      await store.put({
        ...outcome,
        messageId: ODD,
        key: ODD,
        reason: ODD,
        state: 'parked',
        changedAt: 3_000,
      })
      const odd = await store.find('coupon', ODD)
      strictEqual(odd?.key, shown(ODD).slice(0, odd?.key?.length))
      ok((odd?.key?.length ?? 0) >= 1_000)
      deepStrictEqual(
        (await store.list({ group: 'coupon' })).map(({ state }) => state),
        ['parked', 'consumed'],
      )
      strictEqual((await store.list({ group: 'coupon', state: 'parked', outcomesMax: 1 })).length, 1)
      const { parked, consumed: done } = await store.counts('coupon')
      deepStrictEqual([parked, done], [1, 1])
      strictEqual(await store.deleteBefore(3_000), false)
      strictEqual(await store.find('coupon', 'm-1'), undefined)
    },
  },
  {
    name: 'names that differ by their case alone are two',
    run: async (database) => {
      const outcomes = sqlOutcomes(database, { table: nameOf('case') })
      await outcomes.createTables()
      await empty(database, nameOf('case'))
      for (const group of ['coupon', 'Coupon']) await outcomes.put({ ...outcome, group })
      strictEqual((await outcomes.list({ group: 'coupon' })).length, 1)
      strictEqual((await outcomes.counts('Coupon')).replayed, 1)
      const positions = sqlPositions(database, { table: nameOf('case positions') })
      const claim = await positions.claim('orders')
      await positions.claim('Orders')
      strictEqual(await claim.save({ phase: 'changes', gtids: '', epoch: 1, transactions: 0 }), true)
    },
  },
  {
    name: 'positions of a relay belong to whoever claimed them last',
    run: async (database) => {
      const store = sqlPositions(database, { table: nameOf('positions') })
      const position = { phase: 'changes', gtids: '0-1-7', epoch: 1, transactions: 3 } as const
      const [before] = await Promise.all([store.claim('orders'), store.claim('other 单')])
      strictEqual(await before.save(position), true)
      const after = await store.claim('orders')
      deepStrictEqual(after.saved, position)
      strictEqual(await before.save({ ...position, transactions: 4 }), false)
      strictEqual(await after.save({ ...position, gtids: '0-1-9,'.repeat(2_000) }), true)
      strictEqual((await store.claim('other 单')).saved, undefined)
    },
  },
  {
    name: 'changes are applied once, in their order, and removed by a snapshot',
    run: async (database) => {
      const target = nameOf('copy')
      const bytes = { mysql: 'BLOB', postgres: 'BYTEA', sqlite: 'BLOB' }[database.dialect]
      await createTables(database, [
        `CREATE TABLE IF NOT EXISTS ${quotedTable(database.dialect, target)} (id BIGINT PRIMARY KEY, status VARCHAR(20), photo ${bytes})`,
      ])
      await empty(database, target)
      const versionsTable = nameOf('versions')
      const apply = applyChanges({ database, tables: { 'shop.orders': target }, versionsTable })
      const epoch = Date.now() % 10_000_000
      const change = (transaction: number, status: string | null, id = '9007199254740993') => ({
        body: Buffer.from(
          JSON.stringify({
            ...{
              database: 'shop',
              table: 'orders',
              type: status === null ? 'delete' : 'update',
              before: null,
            },
            after: status === null ? null : { id, status, photo: 'AP8=' },
            key: { id },
            columns: { id: 'bigint', status: 'varchar(20)', photo: 'blob' },
            version: versionOf(epoch, transaction),
          }),
        ),
      })
      const rows = async () => {
        const name = quotedTable(database.dialect, target)
        const found = await read(database, `SELECT status, photo FROM ${name} WHERE id = 9007199254740993`)
        return found.map(({ status, photo }) => [status, ...(photo as Uint8Array)])
      }
      await apply(change(1, 'new'))
      await apply(change(3, 'sent'))
      await apply(change(2, 'paid'))
      deepStrictEqual(await rows(), [['sent', 0, 255]])
      await apply(change(4, null))
      await apply(change(3, 'sent'))
      deepStrictEqual(await rows(), [])
      await apply(change(5, 'new', '2'))
      ok((await apply.removeOlderThan(versionOf(epoch + 1, 0))) > 0)
      deepStrictEqual(await rows(), [])
    },
  },
  {
    name: 'a row whose key changed its case alone is kept, in whichever order its two changes come',
    run: async (database) => {
      const target = nameOf('case copy')
      const name = quotedTable(database.dialect, target)
      await createTables(database, [`CREATE TABLE IF NOT EXISTS ${name} (id VARCHAR(20) PRIMARY KEY)`])
      await empty(database, target)
      const apply = applyChanges({
        database,
        tables: { 'shop.users': target },
        versionsTable: nameOf('versions'),
      })
      const epoch = (Date.now() % 10_000_000) + 1
      const change = (transaction: number, type: string, id: string) => ({
        body: Buffer.from(
          JSON.stringify({
            ...{ database: 'shop', table: 'users', type, before: null, key: { id } },
            ...{ after: type === 'delete' ? null : { id }, columns: { id: 'varchar(20)' } },
            version: versionOf(epoch, transaction),
          }),
        ),
      })
      await apply(change(1, 'insert', 'ann'))
      await apply(change(3, 'insert', 'Ann'))
      await apply(change(2, 'delete', 'ann'))
      deepStrictEqual(
        await read(database, `SELECT id FROM ${name}`).then((rows) => rows.map(({ id }) => id)),
        ['Ann'],
      )
      await apply(change(4, 'delete', 'Ann'))
      strictEqual(await countOf(database, target), 0)
    },
  },
  {
    name: 'a transaction whose id is decided cannot commit, and old ids are deleted in small batches',
    run: async (database) => {
      const table = nameOf('transactions')
      await createTables(database, transactionTable(database.dialect, table))
      await empty(database, table)
      const rows = new TransactionRows(database, table)
      strictEqual(await rows.commit('committed', async () => 'result'), 'result')
      strictEqual(await rows.decide('committed'), 'commit')
      strictEqual(await rows.decide('decided'), 'rollback')
      await rejects(rows.commit('decided', async () => 'too late'))
      strictEqual(await rows.decide('decided'), 'rollback')
      for (let n = 0; n < 600; n += 50)
        await Promise.all(Array.from({ length: 50 }, (_, i) => rows.decide(`old-${n + i}`)))
      strictEqual(await rows.deleteOlderThan(60_000), false)
      await read(
        database,
        `UPDATE ${quotedTable(database.dialect, table)} SET created_at = created_at - 120000`,
      )
      const batches: boolean[] = []
      do batches.push(await rows.deleteOlderThan(60_000))
      while (batches.at(-1))
      deepStrictEqual(batches, [true, false])
      strictEqual(await countOf(database, table), 0)
    },
  },
  {
    name: 'leases and clean-up go by the clock of the database, whatever that of the process says',
    run: async (database) => {
      // SQLite has no clock but that of the process.
      if (database.dialect === 'sqlite') return
      const table = nameOf('leases')
      await createTables(database, leaseTable(database.dialect, table))
      await empty(database, table)
      const inbox = sqlInbox(database, { table: nameOf('inbox') })
      await inbox.createTables()
      await empty(database, nameOf('inbox'))
      const leasesOf = (owner: string) => new Leases({ database, table, owner, leaseMs: 60_000 })
      strictEqual((await leasesOf('first').divide(4)).length, 4)
      const identity = { key: () => 'order-1', onMissingKey: 'handle' } as const
      const call = { signal: new AbortController().signal }
      await inbox.once([entryOf(fakeMessage(), 'coupon', identity)], async () => {}, call)
      const { now } = Date
      try {
        for (const skewMs of [3_600_000, -3_600_000]) {
          Date.now = () => now() + skewMs
          deepStrictEqual(await leasesOf(`skewed by ${skewMs}`).divide(4), [])
          const cleaner = inbox.cleaner({ keepMs: 1_800_000 })
          await until(() => cleaner.status.lastRoundAt !== undefined)
          await cleaner.close()
          strictEqual(cleaner.status.deleted, 0)
        }
      } finally {
        Date.now = now
      }
    },
  },
]

const versionOf = (epoch: number, transaction: number) =>
  [String(epoch).padStart(8, '0'), String(transaction).padStart(15, '0'), '0'.repeat(10)].join('.')
