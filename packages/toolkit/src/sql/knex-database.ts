import { adapterOptions } from './adapter-options.js'
import { commitable } from './commitable.js'
import { givenLibrary } from './given-database.js'
import { resultOf as mysql2Result } from './mysql2-database.js'
import { type PgResult, resultOf as pgResult } from './pg-database.js'
import type { SqlDatabase, SqlDialect, SqlResult, SqlRow } from './sql-database.js'
import { givenValues, partsOf } from './statements.js'

/** A transaction of `knex`, as far as it is used here. */
export interface KnexTransaction {
  // biome-ignore lint/suspicious/noExplicitAny: knex names the type of its bindings itself, and promises anything.
  raw(sql: string, bindings: any): PromiseLike<any>
}

/** A `knex` object. */
export interface KnexDatabase<Transaction extends KnexTransaction> {
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
}

/** Any database through `knex` with `mysql2`, `pg` or `better-sqlite3`; transactions are its `Knex.Transaction` objects. */
export function knexDatabase<Transaction extends KnexTransaction>(
  knex: KnexDatabase<Transaction>,
  options: { dialect: SqlDialect },
): SqlDatabase<Transaction> {
  givenLibrary(knex, 'knexDatabase')
  const { dialect } = adapterOptions(options, 'knexDatabase', {})
  return commitable({
    dialect,
    transaction: (work) => knex.transaction(work),
    execute: async (transaction, sql, values) =>
      resultOf(dialect, await transaction.raw(escaped(sql), givenValues(values))),
  })
}

/** To knex, `?` is a placeholder in quotes, too, unless it is escaped. */
function escaped(sql: string): string {
  return partsOf(sql)
    .map((part) => part.replaceAll('?', '\\?'))
    .join('?')
}

/** knex gives what its driver gives. */
function resultOf(dialect: SqlDialect, result: unknown): SqlResult {
  if (dialect === 'mysql') return mysql2Result((result as unknown[])[0])
  if (dialect === 'postgres') return pgResult(result as PgResult)
  if (Array.isArray(result)) return { rows: result as SqlRow[], affectedRows: 0 }
  return { rows: [], affectedRows: (result as { changes: number }).changes }
}
