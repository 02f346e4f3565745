import { rmSync } from 'node:fs'
import {
  mysql2Database,
  pgDatabase,
  type SqlDatabase,
  type SqlParameter,
  type SqlRow,
  sqliteDatabase,
} from '@rocketeer/toolkit/sql'
import { createConnection, createPool } from 'mysql2/promise'
import sqlite from 'node-sqlite3-wasm'
import pg from 'pg'

/** The transaction object of whichever database a service has; only the adapters look into it. */
export type Transaction = unknown

/** A service's own database. Its SQL is the small part that SQLite, MariaDB and PostgreSQL have in common. */
export interface ServiceDatabase extends SqlDatabase<Transaction> {
  /** Runs one statement in a transaction of its own; resolves to the number of rows it changed. */
  run(sql: string, values?: readonly SqlParameter[]): Promise<number>
  all(sql: string, values?: readonly SqlParameter[]): Promise<readonly SqlRow[]>
  close(): Promise<void>
}

/** How long a statement waits for a lock that somebody else holds: a service should rather fail than hang. */
const BUSY_TIMEOUT_MS = 300
const CONNECTIONS_MAX = 16
const CONNECT_TIMEOUT_MS = 30_000

/** Opens `mysql://…/schema` or `postgresql://…/database`, which is created when it is missing, or `sqlite:<path>`. */
export function openDatabase(url: string): Promise<ServiceDatabase> {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length))
  return url.startsWith('postgresql:') ? openPostgres(url) : openMysql(url)
}

async function openSqlite(path: string): Promise<ServiceDatabase> {
  // A process that was killed leaves its lock, a directory. Each file belongs to one service, so nobody else has it.
  rmSync(`${path}.lock`, { recursive: true, force: true })
  const connection = new sqlite.Database(path)
  // The story kills processes, not machines: what the operating system has survives.
  connection.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = PERSIST')
  const database = sqliteDatabase(connection, { busyTimeoutMs: BUSY_TIMEOUT_MS })
  return service(database as SqlDatabase<Transaction>, async () => connection.close())
}

async function openMysql(url: string): Promise<ServiceDatabase> {
  const address = new URL(url)
  const schema = address.pathname.slice(1)
  address.pathname = ''
  const server = await createConnection({ uri: address.href, connectTimeout: CONNECT_TIMEOUT_MS })
  await server.query(`CREATE DATABASE IF NOT EXISTS \`${schema}\``)
  await server.end()
  const pool = createPool({ uri: url, connectionLimit: CONNECTIONS_MAX, connectTimeout: CONNECT_TIMEOUT_MS })
  return service(mysql2Database(pool) as SqlDatabase<Transaction>, () => pool.end())
}

async function openPostgres(url: string): Promise<ServiceDatabase> {
  const name = new URL(url).pathname.slice(1)
  const server = new pg.Client({ connectionString: new URL('/postgres', url).href })
  await server.connect()
  const { rowCount } = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  if (rowCount === 0) await server.query(`CREATE DATABASE "${name}"`)
  await server.end()
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX })
  // A connection that breaks while nobody uses it is made anew.
  pool.on('error', () => {})
  return service(pgDatabase(pool) as SqlDatabase<Transaction>, () => pool.end())
}

function service(database: SqlDatabase<Transaction>, close: () => Promise<void>): ServiceDatabase {
  const execute = (sql: string, values: readonly SqlParameter[] = []) =>
    database.transaction((transaction) => database.execute(transaction, sql, values))
  return {
    ...database,
    run: async (sql, values) => (await execute(sql, values)).affectedRows,
    all: async (sql, values) => (await execute(sql, values)).rows,
    close,
  }
}
