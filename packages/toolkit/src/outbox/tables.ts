import { leaseTable } from '../leases/leases.js'
import type { SqlDialect } from '../sql/sql-database.js'
import { bytesType, definitionsOf } from '../sql/table-definition.js'

/** Into how many parts the rows are divided among relays; more relays than that stand by. */
export const SLOTS = 16

/** Values of the column `state`. */
export const State = { WAITING: 0, SET_ASIDE: 1 } as const

const ID: Readonly<Record<SqlDialect, string>> = {
  mysql: 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY',
  postgres: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  sqlite: 'INTEGER PRIMARY KEY AUTOINCREMENT',
}

/**
 * The statements that make the tables of an outbox, for a migration of the user's own. `message` is JSON that a person
 * can read, `body` the bytes; times are milliseconds since the epoch.
 */
export function tableDefinitions(dialect: SqlDialect, table: string): string[] {
  return [
    ...definitionsOf(dialect, {
      table,
      columns: [
        `id ${ID[dialect]}`,
        'slot SMALLINT NOT NULL',
        `state SMALLINT NOT NULL DEFAULT ${State.WAITING}`,
        'created_at BIGINT NOT NULL',
        'topic VARCHAR(127) NOT NULL',
        `message ${dialect === 'mysql' ? 'LONGTEXT' : 'TEXT'} NOT NULL`,
        `body ${bytesType[dialect]} NOT NULL`,
        'reason TEXT NULL',
      ],
      indexes: { waiting: 'state, slot, id' },
    }),
    ...leaseTable(dialect, leasesOf(table)),
  ]
}

/** The table that says which relay has which slot. */
export function leasesOf(table: string): string {
  return `${table}_leases`
}
