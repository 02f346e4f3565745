import { toolkitErrors } from '../errors.js'
import { givenLibrary } from './given-database.js'
import type { SqlDatabase, SqlParameter, SqlResult, SqlRow } from './sql-database.js'
import { givenValues } from './statements.js'
import { inTurn } from './turns.js'

const WANTED = 'the connection on which it was begun, not the pool'

/** A connection of `mysql2/promise`, as far as it is used here. */
export interface Mysql2Connection {
  execute(sql: string, values: SqlParameter[]): Promise<[unknown, unknown]>
  beginTransaction(): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  destroy(): void
}

/** A connection from a pool. */
export interface Mysql2PoolConnection extends Mysql2Connection {
  release(): void
}

/** A pool of `mysql2/promise`. */
export interface Mysql2Pool<Connection extends Mysql2PoolConnection> {
  getConnection(): Promise<Connection>
}

/**
 * MySQL or MariaDB through `mysql2/promise`: a pool, of which each transaction takes a connection, or one connection,
 * on which transactions wait for each other. Pieces run prepared statements, so values never become part of the SQL.
 */
export function mysql2Database<Connection extends Mysql2PoolConnection>(
  pool: Mysql2Pool<Connection>,
): SqlDatabase<Connection>
export function mysql2Database<Connection extends Mysql2Connection>(
  connection: Connection,
): SqlDatabase<Connection>
export function mysql2Database(
  source: Mysql2Pool<Mysql2PoolConnection> | Mysql2Connection,
): SqlDatabase<Mysql2Connection> {
  givenLibrary(source, 'mysql2Database')
  return {
    dialect: 'mysql',
    transaction: (work) =>
      'getConnection' in source
        ? transactionOfPool(source, work)
        : inTurn(source, () => transactionOn(source, work)),
    execute: async (connection, sql, values) => {
      // A pool runs each statement on any of its connections, outside of every transaction.
      if ('getConnection' in connection) throw toolkitErrors.TRANSACTION_MISSING({ wanted: WANTED })
      return resultOf((await connection.execute(sql, givenValues(values)))[0])
    },
  }
}

/** What `mysql2` gives for a statement: rows, or a header with a count. */
export function resultOf(result: unknown): SqlResult {
  if (Array.isArray(result)) return { rows: result as SqlRow[], affectedRows: 0 }
  return { rows: [], affectedRows: (result as { affectedRows: number }).affectedRows }
}

async function transactionOfPool<Result>(
  pool: Mysql2Pool<Mysql2PoolConnection>,
  work: (connection: Mysql2PoolConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.getConnection()
  try {
    return await transactionOn(connection, work)
  } finally {
    // Does nothing when the connection was destroyed.
    connection.release()
  }
}

async function transactionOn<Connection extends Mysql2Connection, Result>(
  connection: Connection,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  await connection.beginTransaction()
  try {
    const result = await work(connection)
    await connection.commit()
    return result
  } catch (error) {
    // The server rolls back when the connection ends.
    await connection.rollback().catch(() => connection.destroy())
    throw error
  }
}
