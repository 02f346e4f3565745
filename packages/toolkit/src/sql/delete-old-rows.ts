import { executeAlone } from './execute-alone.js'
import { quotedTable } from './identifiers.js'
import type { SqlDatabase, SqlDialect, SqlParameter } from './sql-database.js'

/** Rows that one statement deletes: it holds their locks for milliseconds. */
const DELETED_ROWS_MAX = 500

/** Which rows of a table, whose key is `id`, are old. */
export interface OldRows {
  readonly table: string
  /** The column with the time. */
  readonly column: string
  /** The time below which a row is old, as SQL. */
  readonly before: string
  readonly values: readonly SqlParameter[]
}

/** What one call of `deleteOldRows` did. */
export interface DeletedRows {
  readonly rows: number
  /** Whether there may be more of them. */
  readonly more: boolean
}

/** Deletes some old rows, the oldest first. Where the dialect can, rows that another process deletes are passed over. */
export async function deleteOldRows<Transaction>(
  database: SqlDatabase<Transaction>,
  { values, ...rows }: OldRows,
): Promise<DeletedRows> {
  const { affectedRows } = await executeAlone(database, deletionOf(database.dialect, rows), values)
  return { rows: affectedRows, more: affectedRows >= DELETED_ROWS_MAX }
}

function deletionOf(dialect: SqlDialect, { table, column, before }: Omit<OldRows, 'values'>): string {
  const name = quotedTable(dialect, table)
  const oldest = `WHERE ${column} < ${before} ORDER BY ${column} LIMIT ${DELETED_ROWS_MAX}`
  if (dialect === 'mysql') return `DELETE FROM ${name} ${oldest}`
  const lock = dialect === 'postgres' ? ' FOR UPDATE SKIP LOCKED' : ''
  return `DELETE FROM ${name} WHERE id IN (SELECT id FROM ${name} ${oldest}${lock})`
}
