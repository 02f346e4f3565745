import { quoted, quotedTable } from '../../sql/identifiers.js'
import type { SqlDatabase, SqlDialect, SqlParameter } from '../../sql/sql-database.js'
import type { ChangedRow, ColumnValue } from '../changes/change.js'
import { isBinaryType } from '../changes/column-values.js'

/** A value with the declared type of its column at the source. */
export interface TypedRow {
  readonly row: ChangedRow
  readonly columns: Readonly<Record<string, string>>
}

/** Writes rows of one table, by key. */
export class TargetTable<Transaction> {
  readonly #database: SqlDatabase<Transaction>
  readonly #name: string

  constructor(database: SqlDatabase<Transaction>, table: string) {
    this.#database = database
    this.#name = quotedTable(database.dialect, table)
  }

  /**
   * Makes the row what it is, whether it is there or not. Asks first, where an upsert could also hit another row that has
   * the same value in another unique column.
   */
  async put(transaction: Transaction, key: ChangedRow, typed: TypedRow): Promise<void> {
    const where = this.#where(key, typed.columns)
    const sql = `SELECT 1 AS found FROM ${this.#name} WHERE ${where.sql}`
    const { rows } = await this.#database.execute(transaction, sql, where.values)
    const columns = Object.keys(typed.row)
    const values = columns.map((column) => this.#value(column, typed))
    if (rows.length > 0) {
      const set = columns.map((column, index) => `${this.#quoted(column)} = ${values[index]!.sql}`).join(', ')
      const update = `UPDATE ${this.#name} SET ${set} WHERE ${where.sql}`
      await this.#database.execute(transaction, update, [
        ...values.map(({ value }) => value),
        ...where.values,
      ])
      return
    }
    const names = columns.map((column) => this.#quoted(column)).join(', ')
    const marks = values.map((each) => each.sql).join(', ')
    await this.#database.execute(
      transaction,
      `INSERT INTO ${this.#name} (${names}) VALUES (${marks})`,
      values.map(({ value }) => value),
    )
  }

  /**
   * MySQL takes `a` for `A`, and a row that went from one to the other is a row removed and one inserted, which different
   * members may apply in any order: the removal must not take the new row.
   */
  async remove(transaction: Transaction, key: ChangedRow, columns: TypedRow['columns']): Promise<void> {
    const where = this.#where(key, columns)
    const texts = Object.keys(key).filter((column) => this.#comparesLoosely(columns[column] ?? ''))
    const exactly = texts.map(
      (column) =>
        ` AND BINARY CONVERT(${this.#quoted(column)} USING utf8mb4) = BINARY CONVERT(? USING utf8mb4)`,
    )
    await this.#database.execute(
      transaction,
      `DELETE FROM ${this.#name} WHERE ${where.sql}${exactly.join('')}`,
      [...where.values, ...texts.map((column) => parameter(key[column] ?? null, columns[column] ?? ''))],
    )
  }

  #comparesLoosely(type: string): boolean {
    return (
      this.#database.dialect === 'mysql' && /^(char|varchar|tinytext|text|mediumtext|longtext)\b/.test(type)
    )
  }

  #where(key: ChangedRow, columns: TypedRow['columns']): { sql: string; values: SqlParameter[] } {
    const typed = { row: key, columns }
    const parts = Object.keys(key).map((column) => ({ column, ...this.#value(column, typed) }))
    return {
      sql: parts.map(({ column, sql }) => `${this.#quoted(column)} = ${sql}`).join(' AND '),
      values: parts.map(({ value }) => value),
    }
  }

  #quoted(column: string): string {
    return quoted(this.#database.dialect, column)
  }

  #value(column: string, { row, columns }: TypedRow): { sql: string; value: SqlParameter } {
    const value = row[column] ?? null
    const type = columns[column] ?? ''
    return { sql: markFor(this.#database.dialect, type, value), value: parameter(value, type) }
  }
}

/** Times in UTC and bits as a number have to be said, where the database would read the text otherwise. */
function markFor(dialect: SqlDialect, type: string, value: ColumnValue): string {
  if (dialect !== 'mysql' || value === null) return '?'
  if (type.startsWith('bit')) return 'CAST(? AS UNSIGNED)'
  // 0000-00-00 is no time that could be converted.
  if (type.startsWith('timestamp') && !String(value).startsWith('0000'))
    return "CONVERT_TZ(?, '+00:00', @@session.time_zone)"
  return '?'
}

function parameter(value: ColumnValue, type: string): SqlParameter {
  if (value === null || typeof value === 'number') return value
  if (typeof value === 'object') return JSON.stringify(value)
  return isBinaryType(type) ? new Uint8Array(Buffer.from(value, 'base64')) : value
}
