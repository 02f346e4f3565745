export type SqlValue = string | number | null
export type Row = Record<string, SqlValue>

/** Runs the small part of SQL that both databases of the story understand. `?` marks a value. */
export interface Session {
  /** Returns the number of rows the statement changed. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>
  all(sql: string, values?: readonly SqlValue[]): Promise<Row[]>
}

/**
 * A service's own database. Every call may fail while the database is down. The services pass the failure on, so that the
 * message queue, not the database, decides when to try again.
 */
export interface Database extends Session {
  /** Commits when `work` returns, rolls back when it throws. */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** How the story takes a database down and brings it back. */
export interface Outage {
  /** How the outage is made, in a few words for the screen. */
  readonly how: string
  begin(): Promise<void>
  end(): Promise<void>
}

/** Whether `error` says that a row with this key exists already: SQLite's UNIQUE, MySQL's ER_DUP_ENTRY (1062). */
export function isDuplicateKey(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (error as { errno?: number }).errno === 1062 || /UNIQUE constraint failed/.test(error.message)
}
