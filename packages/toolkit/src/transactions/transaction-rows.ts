import type { TransactionOutcome } from '@rocketeer/client'
import { databaseTime } from '../sql/database-time.js'
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

/**
 * The table in which a transaction leaves the id of its message. Its times are the database's, so that a process whose clock
 * is wrong deletes no row too early.
 */
export class TransactionRows<Transaction> {
  readonly #database: SqlDatabase<Transaction>
  readonly #table: string
  readonly #name: string
  readonly #now: string

  constructor(database: SqlDatabase<Transaction>, table: string) {
    this.#database = database
    this.#table = table
    this.#name = quotedTable(database.dialect, table)
    this.#now = databaseTime[database.dialect]
  }

  /** Runs `work` in a transaction that leaves the id when it commits. */
  commit<Result>(id: string, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const database = this.#database
    return database.transaction(async (transaction) => {
      // First, so that whoever decides meanwhile waits for this transaction, and this one fails where it was decided.
      await database.execute(transaction, `INSERT ${this.#row}`, [id, State.COMMITTED])
      return work(transaction)
    })
  }

  /**
   * Whether the transaction with this id has committed. Where there is no row, one is inserted that says it has not: a
   * transaction that still runs, or comes later, cannot commit any more, because the id is taken. So the answer is final.
   */
  decide(id: string): Promise<TransactionOutcome> {
    const database = this.#database
    const insert =
      database.dialect === 'mysql'
        ? `INSERT IGNORE ${this.#row}`
        : `INSERT ${this.#row} ON CONFLICT (id) DO NOTHING`
    return database.transaction(async (transaction) => {
      await database.execute(transaction, insert, [id, State.ROLLED_BACK])
      return (await this.#outcomeIn(transaction, id)) ?? 'rollback'
    })
  }

  /** What became of the transaction, as far as a row says so. */
  find(id: string): Promise<TransactionOutcome | undefined> {
    return this.#database.transaction((transaction) => this.#outcomeIn(transaction, id))
  }

  /** Deletes some rows of that age; resolves to false when there are no more. */
  async deleteOlderThan(keepMs: number): Promise<boolean> {
    const old = { table: this.#table, column: 'created_at', before: `${this.#now} - ?`, values: [keepMs] }
    return (await deleteOldRows(this.#database, old)).more
  }

  get #row(): string {
    return `INTO ${this.#name} (id, state, created_at) VALUES (?, ?, ${this.#now})`
  }

  async #outcomeIn(transaction: Transaction, id: string): Promise<TransactionOutcome | undefined> {
    const select = `SELECT state FROM ${this.#name} WHERE id = ?`
    const { rows } = await this.#database.execute(transaction, select, [id])
    if (rows[0] === undefined) return undefined
    return numberIn(rows[0], 'state') === State.COMMITTED ? 'commit' : 'rollback'
  }
}
