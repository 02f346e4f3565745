import { z } from '@rocketeer/foundation'
import { adapterOptions } from './adapter-options.js'
import { commitable } from './commitable.js'
import { givenLibrary } from './given-database.js'
import { resultOf as mysql2Result } from './mysql2-database.js'
import { type PgResult, resultOf as pgResult } from './pg-database.js'
import type { SqlDatabase, SqlDialect, SqlParameter, SqlResult, SqlRow } from './sql-database.js'
import { BUSY_TIMEOUT_MS, givesRows, sqliteTransaction } from './sqlite-database.js'
import { givenValues, partsOf } from './statements.js'
import { inTurn } from './turns.js'

/** The `sql` of `drizzle-orm`, by which statements are made, as far as it is used here. */
export interface DrizzleSql<Query> {
  raw(text: string): Query
  param(value: unknown): unknown
  // biome-ignore lint/suspicious/noExplicitAny: drizzle calls what a query consists of by a type of its own.
  join(parts: any[]): Query
}

/** A transaction of drizzle for MySQL or PostgreSQL. */
export interface DrizzleTransaction<Query> {
  execute(query: Query): PromiseLike<unknown>
}

/** A database of drizzle for MySQL or PostgreSQL. */
export interface DrizzleDatabase<Query, Transaction extends DrizzleTransaction<Query>> {
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
}

/** A database of drizzle for SQLite. */
export interface DrizzleSqlite<Query> {
  all(query: Query): unknown
  run(query: Query): unknown
}

/** What `drizzleDatabase` is told. */
export interface DrizzleOptions<Query, Dialect extends SqlDialect> {
  dialect: Dialect
  /** The `sql` of drizzle-orm: `drizzleDatabase(db, { dialect: 'mysql', sql })`. */
  sql: DrizzleSql<Query>
}

/**
 * Any database through drizzle: `mysql2`, `node-postgres`, `better-sqlite3`. Transactions are its `tx` objects; with
 * SQLite, where drizzle has none that may wait for anything, the database itself.
 */
export function drizzleDatabase<Query, Connection extends DrizzleSqlite<Query>>(
  drizzle: Connection,
  options: DrizzleOptions<Query, 'sqlite'>,
): SqlDatabase<Connection>
export function drizzleDatabase<Query, Transaction extends DrizzleTransaction<Query>>(
  drizzle: DrizzleDatabase<Query, Transaction>,
  options: DrizzleOptions<Query, 'mysql' | 'postgres'>,
): SqlDatabase<Transaction>
export function drizzleDatabase<Query>(
  drizzle: DrizzleSqlite<Query> | DrizzleDatabase<Query, DrizzleTransaction<Query>>,
  options: DrizzleOptions<Query, SqlDialect>,
): SqlDatabase<never> {
  givenLibrary(drizzle, 'drizzleDatabase')
  const { dialect, sql } = adapterOptions(options, 'drizzleDatabase', {
    sql: z.custom<DrizzleSql<Query>>(
      (value) => typeof (value as DrizzleSql<Query> | undefined)?.raw === 'function',
      'the "sql" of drizzle-orm is needed',
    ),
  })
  const queryOf = (text: string, values: readonly SqlParameter[]) => {
    const given = givenValues(values)
    return sql.join(
      partsOf(text).flatMap((part, index) =>
        index === 0 ? [sql.raw(part)] : [sql.param(given[index - 1]), sql.raw(part)],
      ),
    )
  }
  const database =
    dialect === 'sqlite'
      ? overSqlite(drizzle as DrizzleSqlite<Query>, queryOf)
      : overServer(drizzle as DrizzleDatabase<Query, DrizzleTransaction<Query>>, dialect, queryOf)
  return database as SqlDatabase<unknown> as SqlDatabase<never>
}

type QueryOf<Query> = (text: string, values: readonly SqlParameter[]) => Query

function overServer<Query>(
  drizzle: DrizzleDatabase<Query, DrizzleTransaction<Query>>,
  dialect: SqlDialect,
  queryOf: QueryOf<Query>,
): SqlDatabase<DrizzleTransaction<Query>> {
  return commitable({
    dialect,
    transaction: (work) => drizzle.transaction(work),
    execute: async (transaction, text, values): Promise<SqlResult> => {
      const result = await transaction.execute(queryOf(text, values))
      return dialect === 'mysql' ? mysql2Result((result as unknown[])[0]) : pgResult(result as PgResult)
    },
  })
}

function overSqlite<Query>(
  drizzle: DrizzleSqlite<Query>,
  queryOf: QueryOf<Query>,
): SqlDatabase<DrizzleSqlite<Query>> {
  // The driver's connection, so that transactions through other adapters wait for those of drizzle.
  const { $client: connection = drizzle } = drizzle as { $client?: object }
  return {
    dialect: 'sqlite',
    transaction: (work) =>
      inTurn(connection, () => {
        const exec = (text: string) => drizzle.run(queryOf(text, []))
        return sqliteTransaction({ exec }, () => work(drizzle), BUSY_TIMEOUT_MS)
      }),
    execute: async (_, text, values) => {
      const query = queryOf(text, values)
      if (givesRows(text)) return { rows: (await drizzle.all(query)) as SqlRow[], affectedRows: 0 }
      return { rows: [], affectedRows: Number(((await drizzle.run(query)) as { changes: number }).changes) }
    },
  }
}
