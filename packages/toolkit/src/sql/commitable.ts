import type { SqlDatabase } from './sql-database.js'

/**
 * PostgreSQL rolls back instead of committing when a statement failed, even if its error was caught, and libraries do not
 * tell. So a statement at the end finds out: it fails in such a transaction.
 */
export function commitable<Transaction>(database: SqlDatabase<Transaction>): SqlDatabase<Transaction> {
  if (database.dialect !== 'postgres') return database
  return {
    ...database,
    transaction: (work) =>
      database.transaction(async (transaction) => {
        const result = await work(transaction)
        await database.execute(transaction, 'SELECT 1', [])
        return result
      }),
  }
}
