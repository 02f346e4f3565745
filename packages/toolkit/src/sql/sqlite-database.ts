import { setTimeout as sleep } from 'node:timers/promises'
import { option, parseOptions, z } from '@rocketeer/foundation'
import { givenLibrary } from './given-database.js'
import type { SqlDatabase, SqlParameter, SqlResult, SqlRow } from './sql-database.js'
import { isConflict } from './sql-errors.js'
import { inTurn } from './turns.js'

/** A database of `better-sqlite3`, or a `DatabaseSync` of `node:sqlite`, as far as it is used here. */
export interface PreparingSqlite {
  exec(sql: string): unknown
  prepare(sql: string): {
    all(...values: never[]): unknown[]
    run(...values: never[]): { changes: number | bigint }
  }
}

/** A database of `node-sqlite3-wasm`, as far as it is used here. */
export interface WasmSqlite {
  exec(sql: string): unknown
  all(sql: string, values: never[]): unknown[]
  run(sql: string, values: never[]): { changes: number | bigint }
}

/** What `sqliteDatabase` can be told. */
export interface SqliteOptions {
  /** How long a transaction waits for another process that writes, 5,000 ms. Other work of the program goes on. */
  busyTimeoutMs?: number | undefined
}

export const BUSY_TIMEOUT_MS = 5_000
const BUSY_PAUSE_MS = 10

const schema = z.strictObject({
  busyTimeoutMs: option.wait().default(BUSY_TIMEOUT_MS),
}) satisfies z.ZodType<unknown, SqliteOptions>

interface Executing {
  exec(sql: string): unknown
}

/**
 * SQLite through `node:sqlite`, `better-sqlite3` or `node-sqlite3-wasm`. Transactions on one connection wait for each
 * other, and one that begins inside another rejects with `TRANSACTION_NESTED`.
 */
export function sqliteDatabase<Connection extends PreparingSqlite | WasmSqlite>(
  connection: Connection,
  options: SqliteOptions = {},
): SqlDatabase<Connection> {
  givenLibrary(connection, 'sqliteDatabase')
  const { busyTimeoutMs } = parseOptions(schema, options, 'sqliteDatabase')
  return {
    dialect: 'sqlite',
    transaction: (work) =>
      inTurn(connection, () => sqliteTransaction(connection, () => work(connection), busyTimeoutMs)),
    execute: async (_, sql, values) => run(connection, sql, values),
  }
}

/** A transaction on a connection that has no other one. */
export async function sqliteTransaction<Result>(
  connection: Executing,
  work: () => Promise<Result>,
  busyTimeoutMs: number,
): Promise<Result> {
  await begin(connection, performance.now() + busyTimeoutMs)
  try {
    const result = await work()
    connection.exec('COMMIT')
    return result
  } catch (error) {
    rollBack(connection)
    throw error
  }
}

/** Whether a statement gives rows: some drivers have one call for those that do and another for those that do not. */
export function givesRows(sql: string): boolean {
  return /^\s*(select|with|pragma|values|explain)\b|\breturning\b/i.test(sql)
}

function run(
  connection: PreparingSqlite | WasmSqlite,
  sql: string,
  values: readonly SqlParameter[],
): SqlResult {
  // Each driver declares what it takes in its own way.
  const given = values as never[]
  const statement = 'prepare' in connection && !('all' in connection) ? connection.prepare(sql) : undefined
  if (givesRows(sql)) {
    const rows = statement ? statement.all(...given) : (connection as WasmSqlite).all(sql, given)
    return { rows: rows as SqlRow[], affectedRows: 0 }
  }
  const { changes } = statement ? statement.run(...given) : (connection as WasmSqlite).run(sql, given)
  return { rows: [], affectedRows: Number(changes) }
}

/** Takes the lock for writing at once: a transaction that first reads and then writes could not wait for it. */
async function begin(connection: Executing, deadline: number): Promise<void> {
  for (;;) {
    try {
      connection.exec('BEGIN IMMEDIATE')
      return
    } catch (error) {
      if (!isConflict(error) || performance.now() > deadline) throw error
    }
    await sleep(BUSY_PAUSE_MS)
  }
}

/** SQLite has rolled back by itself after some errors. */
function rollBack(connection: Executing): void {
  try {
    connection.exec('ROLLBACK')
  } catch {}
}
