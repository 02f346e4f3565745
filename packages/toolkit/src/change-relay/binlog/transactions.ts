import { assert } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import type {
  BinlogEvent,
  GroupEvent,
  RowImage,
  RowsEvent,
  StatementEvent,
  TableMapEvent,
  TableShape,
  Values,
} from '../source/binlog-events.js'
import { readStatement, type Statement } from './statement.js'

/** A transaction as it begins. */
export interface TransactionStart {
  /** Its GTID, or `file:offset`. */
  readonly id: string
  /** `file:offset` of the end of its first event. */
  readonly position: string
}

/** What transactions are made for. */
export interface TransactionSink {
  /** Called for every transaction, also those without rows of the tables that are relayed. */
  begin(start: TransactionStart): void
  /** Rows of the transaction that began last, which is known to be committed. */
  rows(rows: readonly RowImage[]): void
  /** It is over; what comes next is at `offset` of the present file, 0 when that is not known. */
  end(offset: number): void
  /** A statement that may concern tables that are relayed, between transactions. */
  statement(statement: Statement, event: StatementEvent): void
  /** The transaction is too long to be kept until its end: `start` has to be read again, once its commit was seen. */
  tooLong(start: TransactionStart): void
}

export interface TransactionsOptions {
  readonly sink: TransactionSink
  /** Rows and bytes of a transaction that are kept until its commit is seen. */
  readonly rowsMax: number
  readonly bytesMax: number
  /** The file that is being read. */
  readonly file: () => string
  /** A transaction whose commit was seen in an earlier reading: its rows are passed on as they come. */
  readonly committed?: string | undefined
}

interface OpenTransaction extends TransactionStart {
  /** Undefined where only MariaDB would say it. */
  readonly standalone: boolean | undefined
  begun: boolean
  rows: RowImage[]
  bytes: number
  savepoints: Map<string, number>
  /** Its rows were dropped; only its end is of interest. */
  tooLong: boolean
}

/**
 * Makes transactions of events. Rows are passed on when the commit was seen, because a binlog may end in the middle of a
 * transaction that never was one: the server died while it wrote it, and rolled it back when it came back.
 */
export class Transactions {
  readonly #options: TransactionsOptions
  readonly #shapes = new Map<number, TableShape>()
  #open: OpenTransaction | undefined

  constructor(options: TransactionsOptions) {
    this.#options = options
  }

  take(event: BinlogEvent): void {
    switch (event.getTypeName()) {
      case 'MariadbGtid':
      case 'Gtid':
      case 'AnonymousGtid':
        this.#group(event as GroupEvent)
        return
      case 'Query':
        this.#statement(event as StatementEvent)
        return
      case 'TableMap':
        this.#table(event as TableMapEvent)
        return
      case 'WriteRows':
      case 'UpdateRows':
      case 'DeleteRows':
        this.#rows(event as RowsEvent)
        return
      case 'Xid':
        this.#commit(event)
        return
      case 'XaPrepare':
        this.#prepare(event)
        return
      case 'Format':
        // A new file: what is open was cut off by a crash of the server, which rolled it back.
        this.#open = undefined
        this.#shapes.clear()
    }
  }

  #group(event: GroupEvent): void {
    const named = event.getTypeName() !== 'AnonymousGtid'
    this.#begin(event, named ? event.gtid : undefined, event.standalone)
  }

  #begin(event: BinlogEvent, gtid: string | undefined, standalone?: boolean): void {
    // Whoever ends a group that began is the next one, where its own end is not written.
    if (this.#open?.begun) this.#options.sink.end(0)
    const position = `${this.#options.file()}:${event.nextPosition}`
    this.#shapes.clear()
    this.#open = {
      id: gtid ?? position,
      position,
      standalone,
      begun: false,
      rows: [],
      bytes: 0,
      savepoints: new Map(),
      tooLong: false,
    }
  }

  #statement(event: StatementEvent): void {
    const statement = readStatement(event.query, event.schema)
    const open = this.#open
    switch (statement.kind) {
      case 'begin':
        if (open === undefined) this.#begin(event, undefined)
        return
      case 'commit':
        this.#commit(event)
        return
      case 'rollback':
        if (open) open.rows = []
        this.#commit(event)
        return
      case 'xa':
        return
      case 'savepoint':
        open?.savepoints.set(statement.savepoint ?? '', open.rows.length)
        return
      case 'rollback-to':
        this.#rollBackTo(statement.savepoint ?? '')
        return
    }
    if (open === undefined) this.#begin(event, undefined, true)
    const { sink } = this.#options
    this.#announce()
    sink.statement(statement, event)
    // CREATE TABLE … SELECT is followed by its rows and a commit.
    const rowsFollow =
      open?.standalone === false
        ? /^CREATE\b/i.test(event.query.trim())
        : /\bSTART TRANSACTION$/i.test(event.query.trim())
    // Where reading would go on is known with the next transaction only: GTID sets name a statement once that began.
    if (!rowsFollow) this.#commit()
  }

  #rollBackTo(savepoint: string): void {
    const open = this.#open
    if (open === undefined) return
    const length = open.savepoints.get(savepoint)
    if (open.tooLong || this.#isCommitted(open) || length === undefined)
      throw toolkitErrors.CHANGE_UNSUPPORTED({
        what: 'a long transaction that was rolled back to a savepoint',
        position: open.position,
        advice: 'split it, or raise "transactionRowsMax"',
      })
    open.rows.length = length
  }

  #table(event: TableMapEvent): void {
    const { columnNames, primaryKey } = event
    this.#shapes.set(event.tableId, {
      database: event.schemaName,
      table: event.tableName,
      columns: {},
      primaryKey: columnNames && (primaryKey ?? []).map((index) => columnNames[index]!),
    })
  }

  #rows(event: RowsEvent): void {
    const open = this.#open
    const shape = this.#shapeOf(event)
    if (shape === undefined || open?.tooLong) return
    assert(open !== undefined, 'rows stand in a transaction')
    checkComplete(event, shape, open.position)
    const rows = event.rows.map((row) => rowImage(event, shape, row))
    if (this.#isCommitted(open)) {
      this.#announce()
      this.#options.sink.rows(rows)
      return
    }
    open.rows.push(...rows)
    open.bytes += event.size
    if (open.rows.length <= this.#options.rowsMax && open.bytes <= this.#options.bytesMax) return
    open.rows = []
    open.tooLong = true
  }

  #shapeOf(event: RowsEvent): TableShape | undefined {
    const shape = this.#shapes.get(event.tableId)
    const schemas = event.tableMap[event.tableId]?.columnSchemas
    if (shape === undefined || schemas === undefined) return undefined
    if (Object.keys(shape.columns).length > 0) return shape
    const columns = Object.fromEntries(
      schemas.map(({ COLUMN_NAME, COLUMN_TYPE }) => [COLUMN_NAME, COLUMN_TYPE]),
    )
    const complete = { ...shape, columns }
    this.#shapes.set(event.tableId, complete)
    return complete
  }

  #commit(event?: BinlogEvent): void {
    const open = this.#open
    if (open === undefined) return
    this.#open = undefined
    if (open.tooLong) {
      this.#options.sink.tooLong(open)
      return
    }
    this.#announce(open)
    if (open.rows.length > 0) this.#options.sink.rows(open.rows)
    this.#options.sink.end(event?.nextPosition ?? 0)
  }

  #prepare(event: BinlogEvent): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined || (open.rows.length === 0 && !open.tooLong)) return
    throw toolkitErrors.CHANGE_UNSUPPORTED({
      what: `a transaction prepared with XA PREPARE (${event.getTypeName()})`,
      position: open.position,
      advice: 'whether it commits is decided later; relayed tables must not be changed in XA transactions',
    })
  }

  #announce(open = this.#open): void {
    if (open === undefined || open.begun) return
    open.begun = true
    this.#options.sink.begin({ id: open.id, position: open.position })
  }

  #isCommitted(open: OpenTransaction): boolean {
    return open.id === this.#options.committed
  }
}

/** With binlog_row_image=MINIMAL, which a session may set for itself, most columns are missing and look like NULL. */
function checkComplete(event: RowsEvent, { database, table }: TableShape, position: string): void {
  for (const present of [event.columns_present_bitmap, event.columns_present_bitmap2]) {
    if (present === undefined) continue
    let columns = 0
    for (const byte of present) for (let bits = byte; bits > 0; bits >>= 1) columns += bits & 1
    if (columns < event.numberOfColumns)
      throw toolkitErrors.BINLOG_UNSUITABLE({
        setting: 'binlog_row_image',
        value: `not FULL for a change of ${database}.${table} at ${position}`,
        advice: 'a session has set it for itself; take a snapshot once it has stopped',
      })
  }
}

function rowImage(event: RowsEvent, shape: TableShape, row: RowsEvent['rows'][number]): RowImage {
  const { timestamp } = event
  switch (event.getTypeName()) {
    case 'WriteRows':
      return { shape, type: 'insert', before: undefined, after: row as Values, timestamp }
    case 'DeleteRows':
      return { shape, type: 'delete', before: row as Values, after: undefined, timestamp }
    default: {
      const { before, after } = row as { before: Values; after: Values }
      return { shape, type: 'update', before, after, timestamp }
    }
  }
}
