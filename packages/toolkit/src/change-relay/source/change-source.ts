import type { BinlogEvent } from './binlog-events.js'

/** How the source database is reached; everything else that `mysql2` takes may be there, too. */
export interface SourceConnection {
  host?: string | undefined
  port?: number | undefined
  socketPath?: string | undefined
  user?: string | undefined
  password?: string | undefined
  ssl?: object | string | undefined
  [option: string]: unknown
}

/** What a relay uses of a connection of `mysql2/promise`. */
export interface SqlConnection {
  query(sql: string, values?: readonly unknown[]): Promise<[unknown, unknown]>
  end(): Promise<void>
  destroy(): void
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** What a relay uses of the class of `@vlasky/zongji`, from 0.9 on. */
export interface BinlogStream {
  readonly gtidSet: string | undefined
  readonly options: { filename?: string; position?: number }
  readonly connection: {
    pause(): void
    resume(): void
    query(sql: string, done: (error: Error | null) => void): unknown
    on(event: string, listener: () => void): unknown
  } | null
  start(options: object): void
  stop(): void
  on(event: 'binlog', listener: (event: BinlogEvent) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  once(event: 'stopped' | 'ready', listener: () => void): unknown
}

/**
 * The database whose changes are relayed, and the two libraries that read it, so that nobody who does not relay changes
 * installs them: `npm install @vlasky/zongji mysql2`.
 *
 *     import ZongJi from '@vlasky/zongji'
 *     import { createConnection } from 'mysql2/promise'
 *     const source = { ZongJi, createConnection, connection: { host: 'db', user: 'relay', password } }
 */
export interface ChangeSource {
  /** The default export of `@vlasky/zongji`. */
  ZongJi: new (
    connection: never,
  ) => object
  /** Of `mysql2/promise`. */
  createConnection: (connection: never) => Promise<object>
  connection: SourceConnection
}

/** So that a query gives the values that the binlog has: exact, as text, times in UTC. */
const EXACT = {
  dateStrings: true,
  timezone: 'Z',
  jsonStrings: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  decimalNumbers: false,
  charset: 'utf8mb4',
  rowsAsArray: false,
  multipleStatements: false,
}

/** Opens a connection for queries; `onLost` is called when it breaks. */
export async function connectTo(
  { createConnection, connection }: ChangeSource,
  onLost: (error: Error) => void,
): Promise<SqlConnection> {
  const options = { ...connection, ...EXACT, enableKeepAlive: true }
  const opened = (await createConnection(options as never)) as SqlConnection
  opened.on('error', onLost)
  await opened.query("SET time_zone = '+00:00', SESSION wait_timeout = 31536000")
  return opened
}

/** A reader of the binlog that has not started. */
export function streamOf({ ZongJi, connection }: ChangeSource): BinlogStream {
  return new ZongJi({ ...connection, ...EXACT, enableKeepAlive: true } as never) as BinlogStream
}

/** The rows of a query. */
export async function rowsOf(
  connection: SqlConnection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const [rows] = await connection.query(sql, values)
  return rows as Record<string, unknown>[]
}
