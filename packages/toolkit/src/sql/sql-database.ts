/** What SQL a database speaks. MariaDB is `mysql`. */
export type SqlDialect = 'mysql' | 'postgres' | 'sqlite'

/** What the pieces write; times are numbers of milliseconds since the epoch. */
export type SqlParameter = string | number | Uint8Array | null

/** A row by column; some drivers give 64-bit integers as strings or bigints, which `numberIn` reads. */
export type SqlRow = Readonly<Record<string, unknown>>

/** What a statement came to. */
export interface SqlResult {
  /** What a `SELECT` or `RETURNING` found. */
  readonly rows: readonly SqlRow[]
  /** How many rows an `INSERT`, `UPDATE` or `DELETE` changed. */
  readonly affectedRows: number
}

/**
 * A database of the user's own, as the pieces that keep something in it see it: two functions over whatever connection
 * or transaction object the program uses (`Transaction`), and the dialect. There are adapters for the usual libraries;
 * another one takes ten lines.
 */
export interface SqlDatabase<Transaction> {
  readonly dialect: SqlDialect
  /** Commits when `work` resolves, rolls back when it rejects, and passes on its result or error. */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
  /** Runs one statement in the transaction; each `?` stands for the next value. */
  execute(transaction: Transaction, sql: string, values: readonly SqlParameter[]): Promise<SqlResult>
}

/** A number from a row, whichever way the driver gives it. */
export function numberIn(row: SqlRow, column: string): number {
  return Number(row[column])
}
