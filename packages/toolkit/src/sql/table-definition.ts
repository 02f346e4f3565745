import { quoted, quotedTable, tableOptions } from './identifiers.js'
import type { SqlDialect } from './sql-database.js'

/** A table that a piece keeps in the user's database. */
export interface TableDefinition {
  /** `schema.table` is possible. */
  readonly table: string
  /** As the dialect writes them. */
  readonly columns: readonly string[]
  /** Indexed columns by what ends the name of their index. */
  readonly indexes?: Readonly<Record<string, string>>
}

/** What bytes are called. */
export const bytesType: Readonly<Record<SqlDialect, string>> = {
  mysql: 'LONGBLOB',
  postgres: 'BYTEA',
  sqlite: 'BLOB',
}

/** The statements that make a table with its indexes where it is missing. */
export function definitionsOf(
  dialect: SqlDialect,
  { table, columns, indexes = {} }: TableDefinition,
): string[] {
  const name = quotedTable(dialect, table)
  // An index lies in the schema of its table, which SQLite wants before the index, and the others nowhere.
  const schema = table.slice(0, table.lastIndexOf('.') + 1)
  const bare = table.slice(schema.length)
  const nameOf = (suffix: string) => `${bare}_${suffix}`
  const entries = Object.entries(indexes)
  const create = (lines: readonly string[]) =>
    `CREATE TABLE IF NOT EXISTS ${name} (\n  ${lines.join(',\n  ')}\n)${tableOptions(dialect)}`
  if (dialect === 'mysql') {
    const inline = entries.map(([suffix, indexed]) => `INDEX ${quoted(dialect, nameOf(suffix))} (${indexed})`)
    return [create([...columns, ...inline])]
  }
  const separate = entries.map(([suffix, indexed]) =>
    dialect === 'sqlite'
      ? `CREATE INDEX IF NOT EXISTS ${quotedTable(dialect, schema + nameOf(suffix))} ON ${quoted(dialect, bare)} (${indexed})`
      : `CREATE INDEX IF NOT EXISTS ${quoted(dialect, nameOf(suffix))} ON ${name} (${indexed})`,
  )
  return [create(columns), ...separate]
}
