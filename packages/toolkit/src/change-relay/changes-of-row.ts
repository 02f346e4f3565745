import { toolkitErrors } from '../errors.js'
import { type Change, type ChangedRow, tableOf } from './changes/change.js'
import { columnValue } from './changes/column-values.js'
import type { RowImage, TableShape, Values } from './source/binlog-events.js'

/** What the changes of one row have in common. */
export type ChangeFacts = Pick<Change, 'transaction' | 'position' | 'timestamp'>

export interface ChangeNumbering {
  /** The number of the next change in its transaction. */
  next(): { sequence: number; version: string }
}

/**
 * The changes of a row: one, or two when its key changed, for which the row with the old key is gone and another one is
 * there. Throws `TABLE_WITHOUT_KEY`, `BINLOG_UNSUITABLE` or `CHANGE_UNSUPPORTED`.
 */
export function changesOfRow(
  image: RowImage,
  {
    keys,
    facts,
    numbering,
  }: {
    keys: readonly string[] | undefined
    facts: ChangeFacts
    numbering: ChangeNumbering
  },
): Change[] {
  const { shape, type } = image
  const columns = keyColumns(shape, keys, facts.position)
  const before = image.before && rowOf(image.before, shape, facts.position)
  const after = image.after && rowOf(image.after, shape, facts.position)
  const make = (made: Pick<Change, 'type' | 'before' | 'after'>): Change => ({
    database: shape.database,
    table: shape.table,
    ...made,
    key: keyOf((made.after ?? made.before)!, columns),
    columns: shape.columns,
    ...numbering.next(),
    ...facts,
  })
  if (before && after && !sameKey(before, after, columns))
    return [make({ type: 'delete', before, after: null }), make({ type: 'insert', before: null, after })]
  return [make({ type, before: before ?? null, after: after ?? null })]
}

/** The columns that identify a row of the table. */
export function keyColumns(
  shape: TableShape,
  given: readonly string[] | undefined,
  position: string,
): readonly string[] {
  const table = tableOf(shape)
  if (shape.primaryKey === undefined)
    throw toolkitErrors.BINLOG_UNSUITABLE({
      setting: 'binlog_row_metadata',
      value: `not FULL for a change of ${table} at ${position}`,
      advice: 'it was written before the setting was, so nothing says which columns it has; take a snapshot',
    })
  const columns = given ?? shape.primaryKey
  if (columns.length === 0) throw toolkitErrors.TABLE_WITHOUT_KEY({ table })
  const missing = columns.find((column) => shape.columns[column] === undefined)
  if (missing !== undefined)
    throw toolkitErrors.CHANGE_UNSUPPORTED({
      what: `a change of ${table}, which has no column "${missing}" of its key`,
      position,
      advice: 'name the columns of its key with "keys"',
    })
  return columns
}

export function keyOf(row: ChangedRow, columns: readonly string[]): ChangedRow {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))
}

function sameKey(before: ChangedRow, after: ChangedRow, columns: readonly string[]): boolean {
  return columns.every((column) => before[column] === after[column])
}

export function rowOf(values: Values, shape: TableShape, position: string): ChangedRow {
  const row: Record<string, ReturnType<typeof columnValue>> = {}
  for (const [column, type] of Object.entries(shape.columns)) {
    try {
      row[column] = columnValue(values[column], type)
    } catch (error) {
      throw toolkitErrors.CHANGE_UNSUPPORTED(
        {
          what: `the column "${column}" (${type}) of ${tableOf(shape)}`,
          position,
          advice: 'use utf8mb4 for the column, whose character set no library for Node can read',
        },
        error,
      )
    }
  }
  return row
}
