import { exec } from 'node:child_process'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import type { Database, Outage, Row, Session, SqlValue } from './database.js'

const CONNECTIONS_MAX = 10
const CONNECT_TIMEOUT_MS = 2_000
/** Keeps a server that takes a statement and never answers from blocking the shop forever. */
const STATEMENT_TIMEOUT_MS = 5_000
const SHELL_TIMEOUT_MS = 60_000

/** MariaDB or MySQL. `schema` is created when it is missing, so that each service has a database of its own. */
export class MysqlDatabase implements Database {
  readonly #pool: mysql.Pool

  private constructor(pool: mysql.Pool) {
    this.#pool = pool
  }

  static async open(url: string, schema: string): Promise<MysqlDatabase> {
    const server = await mysql.createConnection({ uri: url, connectTimeout: CONNECT_TIMEOUT_MS })
    await server.query(bounded(`CREATE DATABASE IF NOT EXISTS \`${schema}\``))
    await server.end()
    const address = new URL(url)
    address.pathname = `/${schema}`
    return new MysqlDatabase(
      mysql.createPool({
        uri: address.href,
        connectionLimit: CONNECTIONS_MAX,
        connectTimeout: CONNECT_TIMEOUT_MS,
      }),
    )
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return sessionOf(this.#pool).run(sql, values)
  }

  all(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return sessionOf(this.#pool).all(sql, values)
  }

  async transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await this.#pool.getConnection()
    try {
      await connection.query(bounded('START TRANSACTION'))
      const result = await work(sessionOf(connection))
      await connection.query(bounded('COMMIT'))
      connection.release()
      return result
    } catch (error) {
      // Whether a rollback still gets through does not matter: a destroyed connection's transaction is rolled back.
      connection.destroy()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

function bounded(sql: string): mysql.QueryOptions {
  return { sql, timeout: STATEMENT_TIMEOUT_MS }
}

function sessionOf(connection: Pick<mysql.Connection, 'execute'>): Session {
  return {
    run: async (sql, values = []) => {
      const [result] = await connection.execute<mysql.ResultSetHeader>(bounded(sql), [...values])
      return result.affectedRows
    },
    all: async (sql, values = []) => {
      const [rows] = await connection.execute<mysql.RowDataPacket[]>(bounded(sql), [...values])
      return rows as Row[]
    },
  }
}

/** Stops and starts the real server with the shell commands given on the command line. */
export function serverOutage(stopCommand: string, startCommand: string): Outage {
  const shell = promisify(exec)
  return {
    how: `"${stopCommand}"`,
    begin: async () => void (await shell(stopCommand, { timeout: SHELL_TIMEOUT_MS })),
    end: async () => void (await shell(startCommand, { timeout: SHELL_TIMEOUT_MS })),
  }
}
