import type { ServiceDatabase, Transaction } from '../databases/database.js'

/** What the story sends to a service that is to die. */
export interface DieCommand {
  readonly kind: 'die'
  /** The commit after which it dies: 1 for the next one. */
  readonly atCommit: number
}

/**
 * Has the process kill itself right after a commit of its business, once the story asks for it. So the database has the
 * row for certain, and nothing that comes after a commit has happened, neither a message nor an acknowledgement.
 * `statement` is how the statement of its business begins; `atCommit` is known at the start, or comes later.
 */
export function withSuddenDeath(
  database: ServiceDatabase,
  statement: string,
  atCommit = Number.POSITIVE_INFINITY,
): ServiceDatabase {
  let commitsLeft = atCommit
  process.on('message', (command: DieCommand) => {
    if (command.kind === 'die') commitsLeft = command.atCommit
  })
  /** Transactions that are open and have changed a row of the business. */
  const changed = new Set<Transaction>()
  return {
    ...database,
    execute: async (transaction, sql, values) => {
      const result = await database.execute(transaction, sql, values)
      if (sql.startsWith(statement) && result.affectedRows > 0) changed.add(transaction)
      return result
    },
    transaction: async (work) => {
      let isBusiness = false
      const result = await database.transaction(async (transaction) => {
        try {
          return await work(transaction)
        } finally {
          isBusiness = changed.delete(transaction)
        }
      })
      if (isBusiness && --commitsLeft <= 0) process.kill(process.pid, 'SIGKILL')
      return result
    },
  }
}
