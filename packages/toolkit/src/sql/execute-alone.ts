import type { SqlDatabase, SqlParameter, SqlResult } from './sql-database.js'

/** Runs one statement in a transaction of its own, so that it never waits for another one's locks while it holds some. */
export function executeAlone<Transaction>(
  database: SqlDatabase<Transaction>,
  sql: string,
  values: readonly SqlParameter[] = [],
): Promise<SqlResult> {
  return database.transaction((transaction) => database.execute(transaction, sql, values))
}
