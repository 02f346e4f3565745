import type { MessageToSend, SendReceipt } from '@rocketeer/client'
import { BINLOG_SETTINGS, eventually, MariadbServer, TemporaryDirectory } from '@rocketeer/test-kit'
import {
  type Change,
  type ChangeRelay,
  type ChangeRelayOptions,
  filePositions,
  relayChanges,
} from '@rocketeer/toolkit/change-relay'
import ZongJi from '@vlasky/zongji'
import { createConnection, createPool, type Pool } from 'mysql2/promise'
import { expect } from 'vitest'

/** The table of most tests. */
export const ORDERS = 'CREATE TABLE orders (id INT PRIMARY KEY, status VARCHAR(20))'

/** A relay with what it has sent. */
export interface Sent {
  changes: Change[]
  relay: ChangeRelay
}

export interface RelayingOptions extends Partial<ChangeRelayOptions> {
  connection?: object
  /** Of the table, or tables, in the test's database. */
  of?: string[]
}

/** A MariaDB with a database for each test, and relays whose messages are kept instead of sent. */
export class RelayBench implements AsyncDisposable {
  readonly pool: Pool
  database = ''
  directory!: TemporaryDirectory
  #databases = 0
  #relays: ChangeRelay[] = []

  private constructor(readonly mariadb: MariadbServer) {
    const options = { host: '127.0.0.1', port: mariadb.port, user: 'root', multipleStatements: true }
    this.pool = createPool(options)
  }

  static async start(): Promise<RelayBench> {
    return new RelayBench(await MariadbServer.start({ settings: BINLOG_SETTINGS }))
  }

  /** Begins a test. */
  async begin(): Promise<void> {
    this.directory = await TemporaryDirectory.create()
    this.database = `shop${this.#databases++}`
    await this.pool.query(`CREATE DATABASE ${this.database} CHARACTER SET utf8mb4`)
  }

  /** Ends a test. */
  async end(): Promise<void> {
    for (const relay of this.#relays.splice(0)) await relay.close()
    await this.directory.remove()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.end()
    await this.mariadb.close()
  }

  /** Runs statements in one session of the test's database. */
  async run(...statements: string[]): Promise<void> {
    const { database, mariadb } = this
    const options = {
      host: '127.0.0.1',
      port: mariadb.port,
      user: 'root',
      database,
      multipleStatements: true,
    }
    const connection = await createConnection(options)
    try {
      for (const sql of statements) await connection.query(sql)
    } finally {
      await connection.end()
    }
  }

  relaying({ connection = {}, of = ['orders'], ...options }: RelayingOptions = {}): Sent {
    const changes: Change[] = []
    const send = async ({ body }: MessageToSend) => {
      changes.push(JSON.parse(String(body)) as Change)
      return {} as SendReceipt
    }
    const { database, mariadb, directory } = this
    const relay = relayChanges({
      name: database,
      source: {
        ZongJi,
        createConnection,
        connection: { host: '127.0.0.1', port: mariadb.port, user: 'root', ...connection },
      },
      tables: of.map((table) => `${database}.${table}`),
      producer: { send },
      route: ({ table }) => ({ topic: table }),
      positions: filePositions(directory.path),
      saveIntervalMs: 0,
      retryAfterMs: 100,
      ...options,
    })
    relay.on('problem', () => {})
    this.#relays.push(relay)
    return { changes, relay }
  }
}

/** Changes of `ORDERS`, a few words each. */
export function briefly(changes: readonly Change[]): string[] {
  return changes.map(
    ({ type, key, after }) => `${type} ${key.id}${after ? ` ${(after as { status: string }).status}` : ''}`,
  )
}

/** Waits until exactly these were sent, in the order of their transactions; those of different rows may be sent in any. */
export async function expectChanges({ changes }: Sent, expected: readonly string[]): Promise<void> {
  const sorted = () => [...changes].sort((one, other) => (one.version < other.version ? -1 : 1))
  await eventually(() => expect(briefly(sorted())).toEqual(expected), { withinMs: 20_000 })
}
