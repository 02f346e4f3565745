import type { ServiceDatabase, Transaction } from '../databases/database.js'

/** How the statement begins after whose commit a service has done what it is there for. */
export const BUSINESS = {
  pay: "UPDATE orders SET state = 'paid'",
  close: "UPDATE orders SET state = 'closed'",
  give: 'INSERT INTO effects',
} as const
export type Business = keyof typeof BUSINESS

/** When a service is to die: after the commit of a business with this number, 1 for the next one. */
export interface Death {
  readonly of: Business
  readonly atCommit: number
}

/** What the story sends to a service that is to die. */
export type DieCommand = Death & { readonly kind: 'die' }

/**
 * Has the process kill itself right after a commit of its business, once the story asks for it. So the database has the
 * row for certain, and nothing that comes after a commit has happened, neither a message nor an acknowledgement.
 * The death is known at the start, or comes later.
 */
export function withSuddenDeath(database: ServiceDatabase, atStart: Death | undefined): ServiceDatabase {
  let death = atStart
  let commits = 0
  process.on('message', (command: DieCommand) => {
    if (command.kind !== 'die') return
    death = command
    commits = 0
  })
  /** Transactions that are open and have changed a row of the business. */
  const changed = new Set<Transaction>()
  return {
    ...database,
    execute: async (transaction, sql, values) => {
      const result = await database.execute(transaction, sql, values)
      if (death && sql.startsWith(BUSINESS[death.of]) && result.affectedRows > 0) changed.add(transaction)
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
      if (isBusiness && ++commits >= death!.atCommit) process.kill(process.pid, 'SIGKILL')
      return result
    },
  }
}
