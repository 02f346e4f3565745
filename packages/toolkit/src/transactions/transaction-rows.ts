import type { TransactionOutcome } from '@rocketeer/client'
import { deleteOldRows } from '../sql/delete-old-rows.js'
import { quotedTable } from '../sql/identifiers.js'
import { numberIn, type SqlDatabase, type SqlDialect } from '../sql/sql-database.js'
import { definitionsOf } from '../sql/table-definition.js'

/** Values of the column `state`. */
const State = { COMMITTED: 1, ROLLED_BACK: 2 } as const

/** The statements that make the table; times are milliseconds since the epoch. */
export function transactionTable(dialect: SqlDialect, table: string): string[] {
  return definitionsOf(dialect, {
    table,
    columns: ['id VARCHAR(64) NOT NULL PRIMARY KEY', 'state SMALLINT NOT NULL', 'created_at BIGINT NOT NULL'],
    indexes: { created: 'created_at' },
  })
}

/** The table in which a transaction leaves the id of its message. */
export class TransactionRows<Transaction> {
  readonly #database: SqlDatabase<Transaction>
  readonly #table: string
  readonly #name: string

  constructor(database: SqlDatabase<Transaction>, table: string) {
    this.#database = database
    this.#table = table
    this.#name = quotedTable(database.dialect, table)
  }

  /** Runs `work` in a transaction that leaves the id when it commits. */
  commit<Result>(
    id: string,
    now: number,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const database = this.#database
    return database.transaction(async (transaction) => {
      // First, so that whoever decides meanwhile waits for this transaction, and this one fails where it was decided.
      const row = `INTO ${this.#name} (id, state, created_at) VALUES (?, ?, ?)`
      await database.execute(transaction, `INSERT ${row}`, [id, State.COMMITTED, now])
      return work(transaction)
    })
  }

  /**
   * Whether the transaction with this id has committed. Where there is no row, one is inserted that says it has not: a
   * transaction that still runs, or comes later, cannot commit any more, because the id is taken. So the answer is final.
   */
  decide(id: string, now: number): Promise<TransactionOutcome> {
    const database = this.#database
    const row = `INTO ${this.#name} (id, state, created_at) VALUES (?, ?, ?)`
    const insert =
      database.dialect === 'mysql' ? `INSERT IGNORE ${row}` : `INSERT ${row} ON CONFLICT (id) DO NOTHING`
    return database.transaction(async (transaction) => {
      await database.execute(transaction, insert, [id, State.ROLLED_BACK, now])
      const select = `SELECT state FROM ${this.#name} WHERE id = ?`
      const { rows } = await database.execute(transaction, select, [id])
      return rows[0] && numberIn(rows[0], 'state') === State.COMMITTED ? 'commit' : 'rollback'
    })
  }

  /** Deletes some rows that are older; resolves to false when there are no more. */
  async deleteBefore(createdAt: number): Promise<boolean> {
    const old = { table: this.#table, column: 'created_at', before: '?', values: [createdAt] }
    return (await deleteOldRows(this.#database, old)).more
  }
}
