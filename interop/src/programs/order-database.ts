import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  mysql2Database,
  type PgPool,
  type PgPoolClient,
  pgDatabase,
  type SqlDatabase,
  type SqlParameter,
  type SqlRow,
} from '@rocketeer/toolkit/sql'
import mysql from 'mysql2/promise'
import { sqlLibraries } from './sql-libraries.js'

/** A pool of either library, behind the adapter. */
export interface OrderDatabase {
  readonly database: SqlDatabase<unknown>
  query(sql: string, values?: readonly SqlParameter[]): Promise<readonly SqlRow[]>
  close(): Promise<unknown>
}

/** Opens a database by its address, `mysql://` or `postgresql://`. */
export async function openOrderDatabase(url: string, connectionsMax = 12): Promise<OrderDatabase> {
  const open = url.startsWith('mysql') ? throughMysql2 : throughPg
  const { database, close } = await open(url, connectionsMax)
  const query = (sql: string, values: readonly SqlParameter[] = []) =>
    database.transaction(async (transaction) => (await database.execute(transaction, sql, values)).rows)
  return { database, query, close }
}

type Opened = Omit<OrderDatabase, 'query'>

function throughMysql2(url: string, connectionLimit: number): Opened {
  const pool = mysql.createPool({ uri: url, connectionLimit })
  return { database: mysql2Database(pool) as SqlDatabase<unknown>, close: () => pool.end() }
}

async function throughPg(url: string, max: number): Promise<Opened> {
  const load = createRequire(join(await sqlLibraries(), 'package.json'))
  const { Pool } = load('pg') as { Pool: new (options: object) => PgPool<PgPoolClient> & PgEvents }
  const pool = new Pool({ connectionString: url, max })
  // Of idle connections whose server went away.
  pool.on('error', () => {})
  return { database: pgDatabase(pool) as SqlDatabase<unknown>, close: () => pool.end() }
}

interface PgEvents {
  on(event: 'error', listener: () => void): unknown
  end(): Promise<unknown>
}
