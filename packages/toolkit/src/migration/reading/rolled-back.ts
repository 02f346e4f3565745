import type { Handle, Message } from '@rocketeer/client'
import { givenFunction } from '../../given.js'
import type { IdempotentContext } from '../../idempotency/idempotent.js'
import { givenDatabase } from '../../sql/given-database.js'
import type { SqlDatabase } from '../../sql/sql-database.js'
import { isDuplicateKey } from '../../sql/sql-errors.js'

/** Makes a transaction roll back after a handler that did not fail. */
class RollBack extends Error {}

/**
 * A shadow that runs the real handler in a transaction which is always rolled back: `handle` is what `idempotent` takes, and
 * has to do everything in its `transaction`. That a row is there already is no failure, because the cluster in charge may
 * have made it. Throws `OPTION_INVALID`.
 */
export function rolledBack<Transaction>(
  given: SqlDatabase<Transaction>,
  handle: (message: Message, context: IdempotentContext<Transaction>) => unknown,
): Handle {
  const database = givenDatabase(given, 'rolledBack')
  givenFunction(handle, 'rolledBack', 'a handler')
  return async (message, context) => {
    const end = new RollBack()
    try {
      await database.transaction(async (transaction) => {
        await handle(message, { ...context, transaction })
        throw end
      })
    } catch (error) {
      if (error !== end && !isDuplicateKey(error)) throw error
    }
  }
}
