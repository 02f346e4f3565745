import { databaseTime } from '../sql/database-time.js'
import { quotedTable } from '../sql/identifiers.js'
import type { SqlDialect } from '../sql/sql-database.js'
import { definitionsOf } from '../sql/table-definition.js'

/** The SQL of an inbox. Times are milliseconds since the epoch by the database's clock, which all consumers share. */
export interface InboxStatements {
  readonly tableDefinitions: readonly string[]
  /** Values: id, scope, key, message id, and for PostgreSQL the number of a lock. Changes no row when the id is there. */
  readonly insert: string
  /** Value: id. */
  readonly find: string
}

/** A SHA-256 as the key of a table: MySQL has no key of bytes without a length. */
const ID: Readonly<Record<SqlDialect, string>> = { mysql: 'BINARY(32)', postgres: 'BYTEA', sqlite: 'BLOB' }

export function inboxStatements(dialect: SqlDialect, table: string): InboxStatements {
  const name = quotedTable(dialect, table)
  return {
    tableDefinitions: definitionsOf(dialect, {
      table,
      columns: [
        `id ${ID[dialect]} NOT NULL PRIMARY KEY`,
        'scope VARCHAR(255) NOT NULL',
        'message_key VARCHAR(255) NOT NULL',
        'message_id VARCHAR(64) NOT NULL',
        'handled_at BIGINT NOT NULL',
      ],
      indexes: { handled_at: 'handled_at' },
    }),
    insert: insertInto(dialect, `${name} (id, scope, message_key, message_id, handled_at)`),
    find: `SELECT 1 AS found FROM ${name} WHERE id = ?`,
  }
}

function insertInto(dialect: SqlDialect, columns: string): string {
  const values = `${columns} VALUES (?, ?, ?, ?, ${databaseTime[dialect]})`
  switch (dialect) {
    case 'mysql':
      return `INSERT IGNORE INTO ${values}`
    case 'postgres':
      // Whoever inserts has the advisory lock until its transaction ends, so nobody waits for a row.
      return (
        `INSERT INTO ${columns} SELECT CAST(? AS BYTEA), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ` +
        `${databaseTime.postgres} WHERE pg_try_advisory_xact_lock(CAST(? AS BIGINT)) ON CONFLICT (id) DO NOTHING`
      )
    case 'sqlite':
      return `INSERT INTO ${values} ON CONFLICT (id) DO NOTHING`
  }
}
