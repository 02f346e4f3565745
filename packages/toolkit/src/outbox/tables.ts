import { leaseTable } from '../leases/leases.js'
import { quoted, quotedTable } from '../sql/identifiers.js'
import type { SqlDialect } from '../sql/sql-database.js'

/** Into how many parts the rows are divided among relays; more relays than that stand by. */
export const SLOTS = 16

/** Values of the column `state`. */
export const State = { WAITING: 0, SET_ASIDE: 1 } as const

/**
 * The statements that make the tables of an outbox, for a migration of the user's own. `message` is JSON that a person
 * can read, `body` the bytes; times are milliseconds since the epoch.
 */
export function tableDefinitions(dialect: SqlDialect, table: string): string[] {
  const name = quotedTable(dialect, table)
  const index = quoted(dialect, `${table.replaceAll('.', '_')}_waiting`)
  const columns = `slot SMALLINT NOT NULL,
  state SMALLINT NOT NULL DEFAULT ${State.WAITING},
  created_at BIGINT NOT NULL,
  topic VARCHAR(127) NOT NULL,`
  switch (dialect) {
    case 'mysql':
      return [
        `CREATE TABLE IF NOT EXISTS ${name} (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ${columns}
  message LONGTEXT NOT NULL,
  body LONGBLOB NOT NULL,
  reason TEXT NULL,
  INDEX ${index} (state, slot, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`,
        leaseTable(dialect, leasesOf(table)),
      ]
    case 'postgres':
      return [
        `CREATE TABLE IF NOT EXISTS ${name} (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ${columns}
  message TEXT NOT NULL,
  body BYTEA NOT NULL,
  reason TEXT NULL
)`,
        `CREATE INDEX IF NOT EXISTS ${index} ON ${name} (state, slot, id)`,
        leaseTable(dialect, leasesOf(table)),
      ]
    case 'sqlite':
      return [
        `CREATE TABLE IF NOT EXISTS ${name} (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ${columns}
  message TEXT NOT NULL,
  body BLOB NOT NULL,
  reason TEXT NULL
)`,
        `CREATE INDEX IF NOT EXISTS ${index} ON ${name} (state, slot, id)`,
        leaseTable(dialect, leasesOf(table)),
      ]
  }
}

/** The table that says which relay has which slot. */
export function leasesOf(table: string): string {
  return `${table}_leases`
}
