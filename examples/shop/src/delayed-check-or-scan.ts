/**
 * What closing unpaid orders costs, by delayed checks and by a scan of the table each minute:
 *
 *     node examples/shop/dist/delayed-check-or-scan.js --orders 100000 [--database mysql://root@127.0.0.1:3306]
 *
 * An hour's orders, of which a share is never paid, are closed half an hour after they came. A scan costs the same at
 * any time of day, so its 90 minutes pass at once; the checks wait for real seconds instead of minutes, during which
 * neither client nor broker computes anything.
 */
import { connect } from '@rocketeer/client'
import { startServer } from '@rocketeer/server'
import { delayedCheck } from '@rocketeer/toolkit/delayed-check'
import { Command } from 'commander'
import { openDatabase, type ServiceDatabase } from './databases/database.js'

const MINUTE_MS = 60_000
const UNPAID_MS = 30 * MINUTE_MS
const ARRIVAL_MS = 60 * MINUTE_MS
const SCANS = (ARRIVAL_MS + UNPAID_MS) / MINUTE_MS
const SENDS_AT_ONCE = 100

const flags = new Command()
  .option('--orders <n>', 'orders of the hour', Number, 100_000)
  .option('--old <n>', 'orders of earlier days in the table', Number, 0)
  .option('--unpaid <n>', 'one of so many is never paid', Number, 20)
  .option('--check-after <ms>', 'what stands for half an hour', Number, 5_000)
  .option('--database <url>', 'a MariaDB or MySQL; SQLite in memory by default')
  .parse()
  .opts<{ orders: number; old: number; unpaid: number; checkAfter: number; database?: string }>()

/** What one way costs. */
interface Cost {
  way: string
  /** Statements that look for unpaid orders, and those that close one. */
  queries: number
  /** Of this process, in which the broker runs, too, and SQLite. */
  cpuMs: number
  /** That the database went through for them; undefined for SQLite, which does not say. */
  rowsRead: number | undefined
  /** Between due and closed, at the most. */
  lateMsMax: number
}

let queries = 0

function counted<Result>(statement: Promise<Result>): Promise<Result> {
  queries++
  return statement
}

async function measured(way: string, database: ServiceDatabase, work: () => Promise<number>): Promise<Cost> {
  queries = 0
  const rowsBefore = await rowsRead(database)
  const before = process.cpuUsage()
  const lateMsMax = await work()
  const { user, system } = process.cpuUsage(before)
  const rows = rowsBefore === undefined ? undefined : (await rowsRead(database))! - rowsBefore
  return { way, queries, cpuMs: (user + system) / 1_000, rowsRead: rows, lateMsMax }
}

/** By the database's own count. */
async function rowsRead(database: ServiceDatabase): Promise<number | undefined> {
  if (flags.database === undefined) return undefined
  const rows = await database.all("SHOW GLOBAL STATUS LIKE 'Handler_read%'")
  return rows.reduce((sum, row) => sum + Number(row.Value), 0)
}

/** Those of earlier days are paid or closed; of the hour's, one of so many is unpaid. */
async function fill(database: ServiceDatabase, index: boolean): Promise<void> {
  await database.run('DROP TABLE IF EXISTS orders')
  await database.run('CREATE TABLE orders (id INTEGER PRIMARY KEY, status VARCHAR(8), created_at BIGINT)')
  if (index) await database.run('CREATE INDEX orders_due ON orders (status, created_at)')
  const rows = 500
  for (let first = -flags.old; first < flags.orders; first += rows) {
    const values: (string | number)[] = []
    for (let id = first; id < Math.min(first + rows, flags.orders); id++)
      values.push(id, id >= 0 && id % flags.unpaid === 0 ? 'unpaid' : 'paid', createdAt(id))
    const marks = Array(values.length / 3)
      .fill('(?, ?, ?)')
      .join(', ')
    await database.run(`INSERT INTO orders VALUES ${marks}`, values)
  }
}

const createdAt = (id: number) => Math.floor((id / flags.orders) * ARRIVAL_MS)

const close = (database: ServiceDatabase, id: number) =>
  counted(database.run("UPDATE orders SET status = 'closed' WHERE id = ? AND status = 'unpaid'", [id]))

async function scan(database: ServiceDatabase): Promise<number> {
  let lateMsMax = 0
  for (let minute = 1; minute <= SCANS; minute++) {
    const before = minute * MINUTE_MS - UNPAID_MS
    const sql = "SELECT id, created_at FROM orders WHERE status = 'unpaid' AND created_at <= ?"
    const due = await counted(database.all(sql, [before]))
    for (const row of due) {
      await close(database, Number(row.id))
      lateMsMax = Math.max(lateMsMax, before - Number(row.created_at))
    }
  }
  return lateMsMax
}

/** Every order gets a check; those that are paid take theirs back where `cancel` says so. */
async function checks(database: ServiceDatabase, cancel: boolean): Promise<number> {
  await using server = await startServer()
  await using mq = await connect({ nameservers: server.nameservers })
  let lateMsMax = 0
  let checked = 0
  await mq.admin().topics.create('order-unpaid')
  await using unpaid = delayedCheck(mq, {
    topic: 'order-unpaid',
    group: 'order-close',
    afterMs: flags.checkAfter,
    check: async (key, { dueAt }) => {
      await close(database, Number(key))
      lateMsMax = Math.max(lateMsMax, Date.now() - dueAt)
      checked++
    },
  })
  await unpaid.ready
  const one = async (id: number) => {
    const { handle } = await unpaid.schedule(String(id))
    if (cancel && id % flags.unpaid !== 0) await unpaid.cancel(handle)
  }
  for (let first = 0; first < flags.orders; first += SENDS_AT_ONCE) {
    const count = Math.min(SENDS_AT_ONCE, flags.orders - first)
    await Promise.all(Array.from({ length: count }, (_, index) => one(first + index)))
  }
  const expected = flags.orders - unpaid.status.cancelled
  while (checked < expected) await new Promise((resolve) => setTimeout(resolve, 100))
  return lateMsMax
}

async function stillUnpaid(database: ServiceDatabase): Promise<number> {
  const [row] = await database.all("SELECT COUNT(*) AS n FROM orders WHERE status = 'unpaid'")
  return Number(row!.n)
}

const database = await openDatabase(flags.database ? `${flags.database}/delayed_check` : 'sqlite::memory:')
const ways: [string, boolean, (database: ServiceDatabase) => Promise<number>][] = [
  ['scan without an index', false, scan],
  ['scan with an index on (status, created_at)', true, scan],
  ['delayed checks', false, (orders) => checks(orders, false)],
  ['delayed checks, taken back when paid', false, (orders) => checks(orders, true)],
]
for (const [way, index, run] of ways) {
  await fill(database, index)
  const cost = await measured(way, database, () => run(database))
  const left = await stillUnpaid(database)
  const late =
    cost.lateMsMax >= 1_000 ? `${(cost.lateMsMax / 1_000).toFixed(0)} s` : `${cost.lateMsMax.toFixed(0)} ms`
  console.log(
    `${way}: ${cost.queries} queries, ${cost.rowsRead === undefined ? '' : `${cost.rowsRead} rows read, `}` +
      `${cost.cpuMs.toFixed(0)} ms CPU, at most ${late} late, ${left} left unpaid`,
  )
}
await database.close()
