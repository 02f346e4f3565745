import type { Message } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'

/** What happened to a row; a `snapshot` says that it is there, and how it is. */
export type ChangeType = 'insert' | 'update' | 'delete' | 'snapshot'

/**
 * A value of a column, safe in JSON: `BIGINT`, `BIT` and `DECIMAL` are strings of digits, `FLOAT`, `DOUBLE` and the
 * smaller integers numbers, dates and times strings as the database writes them (`TIMESTAMP` in UTC), `JSON` its text,
 * and binary columns base64. Geometries are objects.
 */
export type ColumnValue = string | number | null | object

/** A row by column. */
export type ChangedRow = Readonly<Record<string, ColumnValue>>

/**
 * One change of one row, as a relay sends it. `Row` is the type of your table's rows:
 * `interface Order { id: string; status: string; total: string }`.
 */
export interface Change<Row = ChangedRow> {
  readonly database: string
  readonly table: string
  readonly type: ChangeType
  /** The row before; null for an insert and a snapshot, and when the relay leaves it out (`before: false`). */
  readonly before: Row | null
  /** The row after; null for a delete. */
  readonly after: Row | null
  /** The columns of the primary key, in its order, with the values of this row. */
  readonly key: ChangedRow
  /** The declared type of each column: `{ id: 'bigint unsigned', photo: 'blob' }`. */
  readonly columns: Readonly<Record<string, string>>
  /**
   * Grows with each change of a row, also over restarts, snapshots and other servers: of two changes of one row, the
   * one with the greater string is newer.
   */
  readonly version: string
  /** The transaction: its GTID, or `file:offset` where there is none. */
  readonly transaction: string
  /** The number of the change in its transaction, from 0. */
  readonly sequence: number
  /** Where in the binlog: `file:offset` of the end of the transaction's first event. */
  readonly position: string
  /** When the statement ran at the source, in milliseconds since the epoch; the server keeps whole seconds. */
  readonly timestamp: number
}

/** `database.table`. */
export function tableOf({ database, table }: Pick<Change, 'database' | 'table'>): string {
  return `${database}.${table}`
}

/** Reads the change that a relay sent in its own format. Throws `CHANGE_INVALID`. */
export function readChange<Row = ChangedRow>(message: Pick<Message, 'body'>): Change<Row> {
  let change: Partial<Change<Row>> | null
  try {
    change = JSON.parse(Buffer.from(message.body).toString('utf8'))
  } catch (error) {
    throw toolkitErrors.CHANGE_INVALID({ problem: messageOf(error) }, error)
  }
  const { database, table, type, key, version } = change ?? {}
  if (typeof database !== 'string' || typeof table !== 'string' || typeof version !== 'string')
    throw toolkitErrors.CHANGE_INVALID({ problem: '"database", "table" or "version" is missing' })
  if (type !== 'insert' && type !== 'update' && type !== 'delete' && type !== 'snapshot')
    throw toolkitErrors.CHANGE_INVALID({ problem: `"type" is ${JSON.stringify(type)}` })
  if (typeof key !== 'object' || key === null)
    throw toolkitErrors.CHANGE_INVALID({ problem: '"key" is missing' })
  return change as Change<Row>
}
