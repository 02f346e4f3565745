import { toolkitErrors } from '../errors.js'
import type { ReadingPosition } from './binlog/reading.js'
import type { TableShape, Values } from './source/binlog-events.js'
import { rowsOf, type SqlConnection } from './source/change-source.js'
import type { ServerFacts } from './source/server-facts.js'

/** A table as a snapshot reads it. */
interface SnapshotTable {
  readonly shape: TableShape
  readonly key: readonly string[]
}

export interface SnapshotOptions {
  readonly connection: SqlConnection
  readonly facts: ServerFacts
  /** `database.table` or `database.*`. */
  readonly tables: readonly string[]
  readonly keys: Readonly<Record<string, readonly string[]>>
  readonly rowsMax: number
  /** Called with the rows of a table, some after the other in the order of its key; the next ones are read when it resolves. */
  readonly onRows: (rows: readonly Values[], shape: TableShape) => Promise<void>
}

/**
 * Reads all rows of the tables as they were at one moment, and resolves to the place in the binlog that belongs to that
 * moment. Writers are not held up: MariaDB says where its snapshot stands, and MySQL, which does not, is locked for the
 * moment it takes to ask. Rejects with `TABLE_UNKNOWN`, `TABLE_WITHOUT_KEY`, or the error of the server.
 */
export async function readSnapshot(options: SnapshotOptions): Promise<ReadingPosition> {
  const { connection, facts } = options
  const tables = await describeTables(options)
  const position = await (facts.isMariaDb ? beginOnMariaDb(connection) : beginOnMysql(connection, facts))
  try {
    for (const table of tables) await readTable(options, table)
  } finally {
    await connection.query('ROLLBACK').catch(() => {})
  }
  return position
}

/** Where the binlog ends now. */
export async function currentPosition(
  connection: SqlConnection,
  facts: ServerFacts,
): Promise<ReadingPosition> {
  if (facts.isMariaDb) {
    const [row] = await rowsOf(connection, 'SELECT @@GLOBAL.gtid_binlog_pos AS gtids')
    return { gtids: String(row?.gtids ?? '') }
  }
  if (facts.hasGtids) {
    const [row] = await rowsOf(connection, 'SELECT @@GLOBAL.gtid_executed AS gtids')
    return { gtids: String(row?.gtids ?? '').replaceAll(/\s/g, '') }
  }
  const [row] = await rowsOf(connection, 'SHOW BINARY LOG STATUS').catch(() =>
    rowsOf(connection, 'SHOW MASTER STATUS'),
  )
  return { file: String(row?.File), offset: Number(row?.Position) }
}

const BEGIN = [
  'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  'START TRANSACTION WITH CONSISTENT SNAPSHOT',
] as const

async function beginOnMariaDb(connection: SqlConnection): Promise<ReadingPosition> {
  for (const sql of BEGIN) await connection.query(sql)
  const rows = await rowsOf(connection, "SHOW STATUS LIKE 'binlog_snapshot_%'")
  const status = Object.fromEntries(
    rows.map((row) => [String(row.Variable_name).toLowerCase(), String(row.Value)]),
  )
  const { binlog_snapshot_file: file, binlog_snapshot_position: offset } = status
  const [row] = await rowsOf(connection, 'SELECT BINLOG_GTID_POS(?, ?) AS gtids', [file, Number(offset)])
  return { gtids: String(row?.gtids ?? ''), file, offset: Number(offset) }
}

async function beginOnMysql(connection: SqlConnection, facts: ServerFacts): Promise<ReadingPosition> {
  // A transaction may stand in the binlog and not yet be visible; the lock waits until there is none.
  await connection.query('FLUSH TABLES WITH READ LOCK')
  try {
    for (const sql of BEGIN) await connection.query(sql)
    return await currentPosition(connection, facts)
  } finally {
    await connection.query('UNLOCK TABLES')
  }
}

async function describeTables({ connection, tables, keys }: SnapshotOptions): Promise<SnapshotTable[]> {
  const described: SnapshotTable[] = []
  for (const name of tables) {
    const [database = '', table = ''] = name.split('.')
    const wanted = table === '*' ? '' : ' AND TABLE_NAME = ?'
    const found = await rowsOf(
      connection,
      `SELECT TABLE_NAME AS name FROM information_schema.TABLES
       WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'${wanted} ORDER BY TABLE_NAME`,
      table === '*' ? [database] : [database, table],
    )
    if (found.length === 0 && table !== '*') throw toolkitErrors.TABLE_UNKNOWN({ table: name })
    for (const row of found) described.push(await describeTable(connection, database, String(row.name), keys))
  }
  return described
}

async function describeTable(
  connection: SqlConnection,
  database: string,
  table: string,
  keys: SnapshotOptions['keys'],
): Promise<SnapshotTable> {
  const columns = await rowsOf(
    connection,
    `SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [database, table],
  )
  const primary = await rowsOf(
    connection,
    `SELECT COLUMN_NAME AS name FROM information_schema.KEY_COLUMN_USAGE
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND CONSTRAINT_NAME = 'PRIMARY' ORDER BY ORDINAL_POSITION`,
    [database, table],
  )
  const primaryKey = primary.map((row) => String(row.name))
  const key = keys[`${database}.${table}`] ?? primaryKey
  if (key.length === 0) throw toolkitErrors.TABLE_WITHOUT_KEY({ table: `${database}.${table}` })
  const types = Object.fromEntries(columns.map(({ name, type }) => [String(name), binlogType(String(type))]))
  return { shape: { database, table, columns: types, primaryKey }, key }
}

/** A declared type as the binlog tells it: without widths that change nothing, and these of MariaDB's as their bytes. */
function binlogType(type: string): string {
  const bytes = { uuid: 'binary(16)', inet6: 'binary(16)', inet4: 'binary(4)' }[type]
  return (
    bytes ??
    type
      .replace(/^((?:tiny|small|medium|big)?int|year)\(\d+\)/, '$1')
      .replace(/ zerofill/, '')
      .replace(/ \/\*.*\*\/$/, '')
  )
}

async function readTable(options: SnapshotOptions, { shape, key }: SnapshotTable): Promise<void> {
  const { connection, rowsMax, onRows } = options
  const columns = Object.entries(shape.columns).map(
    ([name, type]) => `${selected(name, type)} AS ${quote(name)}`,
  )
  const keys = key.map((column) => compared(column, shape.columns[column] ?? ''))
  const last = keys.map((expression, index) => `${expression} AS ${quote(lastKey(index))}`)
  const from = `${quote(shape.database)}.${quote(shape.table)}`
  const select = `SELECT ${[...last, ...columns].join(', ')} FROM ${from}`
  const order = `ORDER BY ${key.map(quote).join(', ')}`
  let behind: unknown[] | undefined
  let limit = Math.min(rowsMax, ROWS_FIRST)
  for (;;) {
    const where = behind === undefined ? { sql: '', values: [] } : greaterThan(keys, behind)
    const rows = await rowsOf(connection, `${select}${where.sql} ${order} LIMIT ${limit}`, where.values)
    if (rows.length > 0) await onRows(rows, shape)
    if (rows.length < limit) return
    const lastRow = rows[rows.length - 1]!
    behind = keys.map((_, index) => lastRow[lastKey(index)])
    limit = Math.max(1, Math.min(rowsMax, limit * 2, Math.floor((BYTES_MAX / bytesOf(rows)) * rows.length)))
  }
}

/** Rows of a table are read a few at first, until it shows how long they are. */
const ROWS_FIRST = 100
const BYTES_MAX = 8 * 1024 * 1024

function bytesOf(rows: readonly Values[]): number {
  let bytes = 1
  for (const row of rows) {
    for (const value of Object.values(row))
      bytes += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
  }
  return bytes
}

/** Rows behind a key. Servers use an index for it only when the first column is compared by itself, too. */
function greaterThan(
  keys: readonly string[],
  behind: readonly unknown[],
): { sql: string; values: unknown[] } {
  const values: unknown[] = [behind[0]]
  const cases = keys.map((key, index) => {
    const same = keys.slice(0, index)
    values.push(...behind.slice(0, index), behind[index])
    return [...same.map((each) => `${each} = ?`), `${key} > ?`].join(' AND ')
  })
  return { sql: ` WHERE ${keys[0]} >= ? AND (${cases.map((each) => `(${each})`).join(' OR ')})`, values }
}

/** What a key's column is called beside the row's own columns, none of which is called so. */
function lastKey(index: number): string {
  return `rocketeer key ${index}`
}

/** An ENUM is sorted by its number and compared by its text. */
function compared(column: string, type: string): string {
  return /^(enum|set)/.test(type) ? `(${quote(column)} + 0)` : quote(column)
}

/** A FLOAT is written with 6 digits unless it is asked for as a DOUBLE; types of MariaDB as the bytes the binlog has. */
function selected(column: string, type: string): string {
  if (type.startsWith('float')) return `CAST(${quote(column)} AS DOUBLE)`
  const bytes = /^binary\((\d+)\)$/.exec(type)?.[1]
  return bytes === undefined ? quote(column) : `CAST(${quote(column)} AS BINARY(${bytes}))`
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
