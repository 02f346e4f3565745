import { messageOf } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { givenDatabase } from './given-database.js'
import type { SqlDatabase } from './sql-database.js'
import { isTableMissing } from './sql-errors.js'

/**
 * The database of a piece that keeps tables of its own in it. Its statements fail with `TABLE_MISSING` while they are
 * missing: what a driver says then names a table that the user has never heard of. Throws `OPTION_INVALID`.
 */
export function withOwnTables<Transaction>(
  given: SqlDatabase<Transaction>,
  piece: string,
): SqlDatabase<Transaction> {
  const database = givenDatabase(given, piece)
  return {
    dialect: database.dialect,
    transaction: (work) => database.transaction(work),
    async execute(transaction, sql, values) {
      try {
        return await database.execute(transaction, sql, values)
      } catch (error) {
        if (!isTableMissing(error)) throw error
        throw toolkitErrors.TABLE_MISSING({ piece, problem: messageOf(error) }, error)
      }
    },
  }
}
