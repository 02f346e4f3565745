import { createHash } from 'node:crypto'
import { quotedTable, tableOptions } from '../../sql/identifiers.js'
import type { SqlDatabase, SqlDialect, SqlParameter } from '../../sql/sql-database.js'
import type { ChangedRow } from '../changes/change.js'

export const APPLIED_TABLE_DEFAULT = 'rocketeer_applied_changes'

/** The statement that creates the table in which `applyChanges` keeps the version of each row; it does nothing where there is one. */
export function appliedChangesTable(dialect: SqlDialect, table: string = APPLIED_TABLE_DEFAULT): string {
  return `CREATE TABLE IF NOT EXISTS ${quotedTable(dialect, table)} (
  target VARCHAR(190) NOT NULL,
  row_hash CHAR(43) NOT NULL,
  row_key TEXT NOT NULL,
  version VARCHAR(40) NOT NULL,
  PRIMARY KEY (target, row_hash)
)${tableOptions(dialect)}`
}

/** A row of a target table. */
export interface AppliedRow {
  readonly target: string
  readonly key: ChangedRow
  /** The declared types of the key's columns. */
  readonly columns: Readonly<Record<string, string>>
}

/**
 * Remembers which version of each row was applied, in the transaction that applies it. Deleted rows are remembered, too:
 * an older change that arrives once more must not bring one back.
 */
export class AppliedVersions<Transaction> {
  readonly #database: SqlDatabase<Transaction>
  readonly #table: string

  constructor(database: SqlDatabase<Transaction>, table: string) {
    this.#database = database
    this.#table = quotedTable(database.dialect, table)
  }

  /**
   * Notes the version, and resolves to false when the same or a newer one is noted already. The row's note stays locked
   * until the transaction is over.
   */
  async advance(transaction: Transaction, row: AppliedRow, version: string): Promise<boolean> {
    const { dialect } = this.#database
    const { target, key, columns } = row
    // A number that grew out of INT is a text of digits from then on, and the same key.
    const hash = createHash('sha256')
      .update(JSON.stringify(Object.values(key).map(String)))
      .digest('base64url')
    // Inserted first: an update that finds no row would lock the gap where others insert.
    const [insert, conflict] =
      dialect === 'mysql' ? ['INSERT IGNORE', ''] : ['INSERT', ' ON CONFLICT (target, row_hash) DO NOTHING']
    const inserted = await this.#run(
      transaction,
      `${insert} INTO ${this.#table} (target, row_hash, row_key, version) VALUES (?, ?, ?, ?)${conflict}`,
      [target, hash, JSON.stringify({ key, columns }), version],
    )
    if (inserted > 0) return true
    const sql = `UPDATE ${this.#table} SET version = ? WHERE target = ? AND row_hash = ? AND version < ?`
    return (await this.#run(transaction, sql, [version, target, hash, version])) > 0
  }

  /** Some rows of the target whose version is older than `version`. */
  async olderThan(
    transaction: Transaction,
    { target, version, rowsMax }: { target: string; version: string; rowsMax: number },
  ): Promise<AppliedRow[]> {
    const sql = `SELECT row_key FROM ${this.#table} WHERE target = ? AND version < ? LIMIT ${rowsMax}`
    const { rows } = await this.#database.execute(transaction, sql, [target, version])
    return rows.map((row) => ({ target, ...JSON.parse(String(row.row_key)) }))
  }

  async #run(transaction: Transaction, sql: string, values: SqlParameter[]): Promise<number> {
    return (await this.#database.execute(transaction, sql, values)).affectedRows
  }
}
