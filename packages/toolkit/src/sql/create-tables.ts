import type { SqlDatabase } from './sql-database.js'
import { isDuplicateKey } from './sql-errors.js'

/** Runs the statements that make tables where they are missing. Rejects with the database's error. */
export async function createTables<Transaction>(
  database: SqlDatabase<Transaction>,
  definitions: readonly string[],
): Promise<void> {
  const create = () =>
    database.transaction(async (transaction) => {
      for (const definition of definitions) await database.execute(transaction, definition, [])
    })
  try {
    await create()
  } catch (error) {
    // Of two that make a table at the same time, PostgreSQL lets one fail.
    if (!isDuplicateKey(error)) throw error
    await create()
  }
}
