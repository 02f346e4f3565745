import type { SqlDialect } from './sql-database.js'

/** An identifier in quotes, so that any name a user chose means itself: `` `a``b` `` or `"a""b"`. */
export function quoted(dialect: SqlDialect, name: string): string {
  const quote = dialect === 'mysql' ? '`' : '"'
  return quote + name.replaceAll(quote, quote + quote) + quote
}

/** A table's name in quotes; `schema.table` is quoted part by part. */
export function quotedTable(dialect: SqlDialect, name: string): string {
  return name
    .split('.')
    .map((part) => quoted(dialect, part))
    .join('.')
}

/**
 * Ends a CREATE TABLE so that the table has transactions, takes any Unicode and tells `a` from `A` and `ä`, whatever the
 * server's defaults are.
 */
export function tableOptions(dialect: SqlDialect): string {
  return dialect === 'mysql' ? ' ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : ''
}
