import { databaseTime } from '../sql/database-time.js'
import { quoted, quotedTable } from '../sql/identifiers.js'
import type { SqlDialect } from '../sql/sql-database.js'

/** The SQL of an inbox. Times are milliseconds since the epoch by the database's clock, which all consumers share. */
export interface InboxStatements {
  readonly tableDefinitions: readonly string[]
  /** Values: id, scope, key, message id, and for PostgreSQL the number of a lock. Changes no row when the id is there. */
  readonly insert: string
  /** Value: id. */
  readonly find: string
  /** Deletes some rows that are older than the value in milliseconds. */
  readonly clean: string
}

/** How many rows one statement of the cleaning deletes: it holds their locks for milliseconds. */
export const CLEANED_ROWS_MAX = 500

export function inboxStatements(dialect: SqlDialect, table: string): InboxStatements {
  const name = quotedTable(dialect, table)
  const columns = '(id, scope, message_key, message_id, handled_at)'
  const old = `handled_at < ${databaseTime[dialect]} - ?`
  const find = `SELECT 1 AS found FROM ${name} WHERE id = ?`
  switch (dialect) {
    case 'mysql':
      return {
        tableDefinitions: [
          `CREATE TABLE IF NOT EXISTS ${name} (
  id BINARY(32) NOT NULL PRIMARY KEY,
  scope VARCHAR(255) NOT NULL,
  message_key VARCHAR(255) NOT NULL,
  message_id VARCHAR(64) NOT NULL,
  handled_at BIGINT NOT NULL,
  INDEX handled_at_index (handled_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4`,
        ],
        insert: `INSERT IGNORE INTO ${name} ${columns} VALUES (?, ?, ?, ?, ${databaseTime.mysql})`,
        find,
        clean: `DELETE FROM ${name} WHERE ${old} ORDER BY handled_at LIMIT ${CLEANED_ROWS_MAX}`,
      }
    case 'postgres':
      return {
        tableDefinitions: [
          `CREATE TABLE IF NOT EXISTS ${name} (
  id BYTEA NOT NULL PRIMARY KEY,
  scope TEXT NOT NULL,
  message_key TEXT NOT NULL,
  message_id TEXT NOT NULL,
  handled_at BIGINT NOT NULL
)`,
          `CREATE INDEX IF NOT EXISTS ${quoted(dialect, `${lastPartOf(table)}_handled_at`)} ON ${name} (handled_at)`,
        ],
        // Whoever inserts has the advisory lock until its transaction ends, so nobody waits for a row.
        insert:
          `INSERT INTO ${name} ${columns} SELECT CAST(? AS BYTEA), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ` +
          `${databaseTime.postgres} WHERE pg_try_advisory_xact_lock(CAST(? AS BIGINT)) ON CONFLICT (id) DO NOTHING`,
        find,
        clean:
          `DELETE FROM ${name} WHERE id IN (SELECT id FROM ${name} WHERE ${old} ORDER BY handled_at ` +
          `LIMIT ${CLEANED_ROWS_MAX} FOR UPDATE SKIP LOCKED)`,
      }
    case 'sqlite':
      return {
        tableDefinitions: [
          `CREATE TABLE IF NOT EXISTS ${name} (
  id BLOB NOT NULL PRIMARY KEY,
  scope TEXT NOT NULL,
  message_key TEXT NOT NULL,
  message_id TEXT NOT NULL,
  handled_at INTEGER NOT NULL
) WITHOUT ROWID`,
          `CREATE INDEX IF NOT EXISTS ${quotedTable(dialect, `${table}_handled_at`)} ON ${quoted(dialect, lastPartOf(table))} (handled_at)`,
        ],
        insert: `INSERT INTO ${name} ${columns} VALUES (?, ?, ?, ?, ${databaseTime.sqlite}) ON CONFLICT (id) DO NOTHING`,
        find,
        clean: `DELETE FROM ${name} WHERE id IN (SELECT id FROM ${name} WHERE ${old} ORDER BY handled_at LIMIT ${CLEANED_ROWS_MAX})`,
      }
  }
}

/** The table without its schema. */
function lastPartOf(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1)
}
