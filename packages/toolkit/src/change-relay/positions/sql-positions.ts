import { option, parseOptions, z } from '@rocketeer/foundation'
import { createTables } from '../../sql/create-tables.js'
import { executeAlone } from '../../sql/execute-alone.js'
import { givenDatabase } from '../../sql/given-database.js'
import { givenTable } from '../../sql/given-table.js'
import { quotedTable, tableOptions } from '../../sql/identifiers.js'
import { numberIn, type SqlDatabase, type SqlDialect } from '../../sql/sql-database.js'
import type { PositionStore, RelayPosition } from './relay-position.js'

const TABLE_DEFAULT = 'rocketeer_relay_positions'

/** The statement that creates the table of `sqlPositions`; it does nothing where there is one. */
export function relayPositionsTable(dialect: SqlDialect, table: string = TABLE_DEFAULT): string {
  const big = dialect === 'sqlite' ? 'INTEGER' : 'BIGINT'
  return `CREATE TABLE IF NOT EXISTS ${quotedTable(dialect, table)} (
  relay VARCHAR(190) NOT NULL PRIMARY KEY,
  claim ${big} NOT NULL,
  position TEXT,
  saved_at ${big} NOT NULL
)${tableOptions(dialect)}`
}

/** What `sqlPositions` can be told. */
export interface SqlPositionsOptions {
  /** The table, `'rocketeer_relay_positions'`; `schema.table` is possible. */
  table?: string | undefined
  /** Makes it on first use. True by default. */
  createTable?: boolean | undefined
}

const schema = z.strictObject({
  table: option.text().default(TABLE_DEFAULT),
  createTable: option.flag().default(true),
}) satisfies z.ZodType<unknown, SqlPositionsOptions>

/**
 * Keeps positions of relays in a table, which `createTable: true` makes on first use: in the source database, or in any
 * other. Each save is a transaction of its own. Throws `OPTION_INVALID`.
 */
export function sqlPositions<Transaction>(
  database: SqlDatabase<Transaction>,
  options: SqlPositionsOptions = {},
): PositionStore {
  const { table, createTable } = parseOptions(schema, options, 'sqlPositions')
  const { dialect } = givenDatabase(database, 'sqlPositions')
  givenTable(table, { dialect, piece: 'sqlPositions' })
  const name = quotedTable(dialect, table)
  const ignore = dialect === 'mysql' ? 'INSERT IGNORE' : 'INSERT'
  const onConflict = dialect === 'mysql' ? '' : ' ON CONFLICT (relay) DO NOTHING'

  async function claimIn(transaction: Transaction, relay: string) {
    const run = (sql: string, ...values: (string | number)[]) => database.execute(transaction, sql, values)
    await run(`${ignore} INTO ${name} (relay, claim, saved_at) VALUES (?, 0, 0)${onConflict}`, relay)
    await run(`UPDATE ${name} SET claim = claim + 1 WHERE relay = ?`, relay)
    const { rows } = await run(`SELECT claim, position FROM ${name} WHERE relay = ?`, relay)
    const [row] = rows
    const saved = row?.position as string | null
    return {
      claim: numberIn(row!, 'claim'),
      saved: saved === null ? undefined : (JSON.parse(saved) as RelayPosition),
    }
  }

  return {
    async claim(relay) {
      if (createTable) await createTables(database, [relayPositionsTable(dialect, table)])
      const { claim, saved } = await database.transaction((transaction) => claimIn(transaction, relay))
      return {
        saved,
        async save(position) {
          const sql = `UPDATE ${name} SET position = ?, saved_at = ? WHERE relay = ? AND claim = ?`
          const values = [JSON.stringify(position), Date.now(), relay, claim]
          const { affectedRows } = await executeAlone(database, sql, values)
          return affectedRows > 0
        },
      }
    },
  }
}
