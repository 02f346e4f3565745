import { setTimeout as sleep } from 'node:timers/promises'
import { quotedTable } from '../sql/identifiers.js'
import type { SqlDatabase, SqlParameter } from '../sql/sql-database.js'

/** A word that SQL reserves, both kinds of quotes, a placeholder, and signs of no Latin script. */
export const nameOf = (piece: string) => `order "${piece}" \`?\` 单`
/** A zero and halves of characters, which PostgreSQL takes in no text; quotes; and 10 KB. */
export const ODD = `\0 \ud83e ' " \\ \u{1f9fe} 单 ${'x'.repeat(10_240)}`
/** The same as a column shows it. */
export const shown = (text: string) => Buffer.from(text).toString().replaceAll('\0', '\uFFFD')

export async function read<Transaction>(
  database: SqlDatabase<Transaction>,
  sql: string,
  values: SqlParameter[] = [],
) {
  const { rows } = await database.transaction((transaction) => database.execute(transaction, sql, values))
  return rows
}

export async function countOf<Transaction>(
  database: SqlDatabase<Transaction>,
  table: string,
): Promise<number> {
  const [row] = await read(database, `SELECT COUNT(*) AS n FROM ${quotedTable(database.dialect, table)}`)
  return Number(row!.n)
}

export async function empty<Transaction>(database: SqlDatabase<Transaction>, table: string): Promise<void> {
  await read(database, `DELETE FROM ${quotedTable(database.dialect, table)}`)
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5)
}
