/**
 * The events of the library `@vlasky/zongji`, as far as a relay reads them. Its own types name those of mysql2, which the
 * declarations of this package must not need.
 */
export interface BinlogEvent {
  /** Milliseconds since the epoch, of whole seconds. */
  readonly timestamp: number
  /** Where the event ends in its file; 0 for events inside a transaction of MariaDB. */
  readonly nextPosition: number
  readonly size: number
  getTypeName(): string
}

export interface GroupEvent extends BinlogEvent {
  readonly gtid: string
  /** MariaDB: the group is one statement without a commit. */
  readonly standalone?: boolean
}

export interface StatementEvent extends BinlogEvent {
  readonly query: string
  readonly schema: string
}

export interface TableMapEvent extends BinlogEvent {
  readonly tableId: number
  readonly schemaName: string
  readonly tableName: string
  /** With binlog_row_metadata=FULL only. */
  readonly columnNames?: readonly string[]
  /** Of the columns in the primary key, from 0; with binlog_row_metadata=FULL only. */
  readonly primaryKey?: readonly number[]
}

export interface RowsEvent extends BinlogEvent {
  readonly tableId: number
  readonly rows: readonly (Values | { before: Values; after: Values })[]
  readonly tableMap: Readonly<
    Record<number, { columnSchemas: readonly { COLUMN_NAME: string; COLUMN_TYPE: string }[] }>
  >
  /** One bit for each column: whether it stands in the row; of an update there is one for each of the two rows. */
  readonly columns_present_bitmap?: Uint8Array
  readonly columns_present_bitmap2?: Uint8Array
  readonly numberOfColumns: number
}

export type Values = Readonly<Record<string, unknown>>

/** A table as it was when the event was written. */
export interface TableShape {
  readonly database: string
  readonly table: string
  /** Declared types by column. */
  readonly columns: Readonly<Record<string, string>>
  /** Undefined when the event does not say which it is; empty when there is none. */
  readonly primaryKey: readonly string[] | undefined
}

/** One row that was changed. */
export interface RowImage {
  readonly shape: TableShape
  readonly type: 'insert' | 'update' | 'delete'
  readonly before: Values | undefined
  readonly after: Values | undefined
  readonly timestamp: number
}
