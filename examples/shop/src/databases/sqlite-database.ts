import { mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import type { Database, Outage, Row, Session, SqlValue } from './database.js'

/**
 * SQLite in a file of its own. Statements are synchronous. A transaction ends before the next one begins, because all of
 * them share one connection.
 */
export class SqliteDatabase implements Database {
  readonly #path: string
  #connection: sqlite.Database | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
    this.#connection = new sqlite.Database(path)
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return this.#inTurn(async () => this.#session.run(sql, values))
  }

  all(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#inTurn(async () => this.#session.all(sql, values))
  }

  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#inTurn(async () => {
      const connection = this.#open()
      connection.exec('BEGIN IMMEDIATE')
      try {
        const result = await work(this.#session)
        connection.exec('COMMIT')
        return result
      } catch (error) {
        if (connection.isOpen && connection.inTransaction) connection.exec('ROLLBACK')
        throw error
      }
    })
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => {})
    this.#disconnect()
  }

  /** Moves the file away: every statement then fails, as on a lost volume. */
  outage(): Outage {
    const away = `${this.#path}.away`
    return {
      how: 'its file is moved away',
      begin: () =>
        this.#inTurn(async () => {
          this.#disconnect()
          renameSync(this.#path, away)
        }),
      end: () => this.#inTurn(async () => renameSync(away, this.#path)),
    }
  }

  readonly #session: Session = {
    run: async (sql, values = []) => this.#open().run(sql, [...values]).changes,
    all: async (sql, values = []) => this.#open().all(sql, [...values]) as Row[],
  }

  #open(): sqlite.Database {
    this.#connection ??= new sqlite.Database(this.#path, { fileMustExist: true })
    return this.#connection
  }

  #disconnect(): void {
    this.#connection?.close()
    this.#connection = undefined
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(task, task)
    this.#turn = result.catch(() => {})
    return result
  }
}
