import type { TransactionOutcome } from '@rocketeer/client'
import { quoted, quotedTable } from '../sql/identifiers.js'
import { numberIn, type SqlDatabase, type SqlDialect } from '../sql/sql-database.js'

/** Values of the column `state`. */
const State = { COMMITTED: 1, ROLLED_BACK: 2 } as const

/** Rows deleted by one statement, so that none holds locks for long. */
const DELETED_ROWS_MAX = 1_000

/** The statements that make the table; times are milliseconds since the epoch. */
export function transactionTable(dialect: SqlDialect, table: string): string[] {
  const name = quotedTable(dialect, table)
  const index = quoted(dialect, `${table.replaceAll('.', '_')}_created`)
  const columns = `  id VARCHAR(64) NOT NULL PRIMARY KEY,
  state SMALLINT NOT NULL,
  created_at BIGINT NOT NULL`
  if (dialect === 'mysql')
    return [
      `CREATE TABLE IF NOT EXISTS ${name} (\n${columns},\n  INDEX ${index} (created_at)\n) ENGINE=InnoDB`,
    ]
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (\n${columns}\n)`,
    `CREATE INDEX IF NOT EXISTS ${index} ON ${name} (created_at)`,
  ]
}

/** The table in which a transaction leaves the id of its message. */
export class TransactionRows<Transaction> {
  readonly #database: SqlDatabase<Transaction>
  readonly #table: string

  constructor(database: SqlDatabase<Transaction>, table: string) {
    this.#database = database
    this.#table = quotedTable(database.dialect, table)
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
      const row = `INTO ${this.#table} (id, state, created_at) VALUES (?, ?, ?)`
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
    const row = `INTO ${this.#table} (id, state, created_at) VALUES (?, ?, ?)`
    const insert =
      database.dialect === 'mysql' ? `INSERT IGNORE ${row}` : `INSERT ${row} ON CONFLICT (id) DO NOTHING`
    return database.transaction(async (transaction) => {
      await database.execute(transaction, insert, [id, State.ROLLED_BACK, now])
      const select = `SELECT state FROM ${this.#table} WHERE id = ?`
      const { rows } = await database.execute(transaction, select, [id])
      return rows[0] && numberIn(rows[0], 'state') === State.COMMITTED ? 'commit' : 'rollback'
    })
  }

  /** Deletes some rows that are older; resolves to false when there are no more. */
  async deleteBefore(createdAt: number): Promise<boolean> {
    const database = this.#database
    const old = 'WHERE created_at < ?'
    const sql =
      database.dialect === 'mysql'
        ? `DELETE FROM ${this.#table} ${old} LIMIT ${DELETED_ROWS_MAX}`
        : `DELETE FROM ${this.#table} WHERE id IN (SELECT id FROM ${this.#table} ${old} LIMIT ${DELETED_ROWS_MAX})`
    const { affectedRows } = await database.transaction((transaction) =>
      database.execute(transaction, sql, [createdAt]),
    )
    return affectedRows === DELETED_ROWS_MAX
  }
}
