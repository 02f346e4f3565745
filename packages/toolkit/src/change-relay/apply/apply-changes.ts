import type { Message } from '@rocketeer/client'
import { option, parseOptions, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import { createTables } from '../../sql/create-tables.js'
import { givenDatabase } from '../../sql/given-database.js'
import { givenTable } from '../../sql/given-table.js'
import type { SqlDatabase } from '../../sql/sql-database.js'
import { type Change, type ChangedRow, readChange, tableOf } from '../changes/change.js'
import { epochOf } from '../changes/version.js'
import { APPLIED_TABLE_DEFAULT, AppliedVersions, appliedChangesTable } from './applied-versions.js'
import { TargetTable } from './target-table.js'

/** Where the rows of a table go. */
export interface AppliedTable {
  /** The table of the copy, `schema.table` where needed. */
  table: string
  /** The columns that are copied; all by default. Those of the key have to be among them. */
  columns?: readonly string[] | undefined
}

/** What `applyChanges` takes. */
export interface ApplyChangesOptions<Transaction> {
  /** The database of the copy. */
  database: SqlDatabase<Transaction>
  /** The table of the copy for each one of the source: `{ 'shop.orders': 'orders' }`. */
  tables: Readonly<Record<string, string | AppliedTable>>
  /** The table that keeps the version of each row, `rocketeer_applied_changes`; see `appliedChangesTable`. */
  versionsTable?: string | undefined
  /** Creates that table with the first change. True by default. */
  createTable?: boolean | undefined
  /** Called in the transaction of each change that is applied, after the row was written. */
  onApplied?: ((transaction: Transaction, change: Change) => Promise<void> | void) | undefined
}

/** Handles messages of a relay; give it to a consumer in order as `handle`. */
export interface ChangeApplier {
  /** Rejects with `CHANGE_INVALID`, `CHANGE_WITHOUT_TABLE`, or the error of the database. */
  (message: Pick<Message, 'body'>): Promise<void>
  /**
   * Removes the rows that a snapshot did not have: those whose version is older than the snapshot's. Call it when the
   * group has consumed everything a snapshot sent; `version` is that of any row of it, or of any later change. Resolves to
   * how many rows went.
   */
  removeOlderThan(version: string): Promise<number>
}

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')
const appliedTable = z.strictObject({
  table: z.string().min(1),
  columns: z.array(z.string()).min(1).optional(),
})

const schema = z.strictObject({
  database: z.unknown(),
  tables: z
    .record(z.string(), z.union([z.string().min(1), appliedTable]))
    .refine(
      (tables) => Object.keys(tables).every((table) => /^[^.]+\.[^.]+$/.test(table)),
      'every table must be "database.table"',
    ),
  versionsTable: option.text().default(APPLIED_TABLE_DEFAULT),
  createTable: option.flag().default(true),
  onApplied: functionOf<(transaction: unknown, change: Change) => Promise<void> | void>().optional(),
})

/** Rows removed in one transaction, so that none holds many locks. */
const REMOVED_AT_ONCE = 500

/**
 * Makes a copy of tables from the changes that a relay sends: each row is written together with its version in one
 * transaction, so a change that comes twice, or late, does nothing. A change that fails makes its queue wait, and no
 * other. Throws `OPTION_INVALID`.
 */
export function applyChanges<Transaction>(options: ApplyChangesOptions<Transaction>): ChangeApplier {
  const { tables, versionsTable, createTable, onApplied } = parseOptions(schema, options, 'applyChanges')
  const database = givenDatabase(options.database, 'applyChanges')
  const { dialect } = database
  givenTable(versionsTable, { dialect, piece: 'applyChanges', option: 'versionsTable' })
  const versions = new AppliedVersions(database, versionsTable)
  const targets = new Map(
    Object.entries(tables).map(([source, given]) => {
      const { table, columns } = typeof given === 'string' ? { table: given, columns: undefined } : given
      givenTable(table, { dialect, piece: 'applyChanges', option: `tables.${source}` })
      return [source, { name: table, columns, rows: new TargetTable(database, table) }]
    }),
  )
  let ready: Promise<unknown> | undefined

  /** Once; again only after a failure. */
  async function prepare(): Promise<void> {
    if (!createTable) return
    ready ??= createTables(database, [appliedChangesTable(dialect, versionsTable)])
    try {
      await ready
    } catch (error) {
      ready = undefined
      throw error
    }
  }

  async function apply(message: Pick<Message, 'body'>): Promise<void> {
    const change = readChange(message)
    const target = targets.get(tableOf(change))
    if (target === undefined) throw toolkitErrors.CHANGE_WITHOUT_TABLE({ table: tableOf(change) })
    await prepare()
    const { key, columns, version, after } = change
    await database.transaction(async (transaction) => {
      const row = { target: target.name, key, columns: typesOf(key, columns) }
      if (!(await versions.advance(transaction, row, version))) return
      if (after === null) await target.rows.remove(transaction, key, columns)
      else await target.rows.put(transaction, key, { row: chosen(after, target.columns), columns })
      await onApplied?.(transaction, change)
    })
  }

  async function removeOlderThan(ofSnapshot: string): Promise<number> {
    await prepare()
    const version = epochOf(ofSnapshot)
    let removed = 0
    for (const { name, rows } of targets.values()) {
      for (;;) {
        const found = await database.transaction(async (transaction) => {
          const old = await versions.olderThan(transaction, {
            target: name,
            version,
            rowsMax: REMOVED_AT_ONCE,
          })
          for (const row of old) {
            if (!(await versions.advance(transaction, row, version))) continue
            await rows.remove(transaction, row.key, row.columns)
            removed++
          }
          return old.length
        })
        if (found < REMOVED_AT_ONCE) break
      }
    }
    return removed
  }

  return Object.assign(apply, { removeOlderThan })
}

function typesOf(key: ChangedRow, columns: Change['columns']): Record<string, string> {
  return Object.fromEntries(Object.keys(key).map((column) => [column, columns[column] ?? '']))
}

function chosen(row: ChangedRow, columns: readonly string[] | undefined): ChangedRow {
  if (columns === undefined) return row
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))
}
