import { fileURLToPath } from 'node:url'
import { type Client, connect, type Message } from '@rocketeer/client'
import {
  ApacheBroker,
  ApacheNameserver,
  BINLOG_SETTINGS,
  type BrokerProcess,
  ChildProgram,
  eventually,
  freePort,
  hashOf,
  MariadbServer,
  type NameserverProcess,
  RocketeerBroker,
  RocketeerNameserver,
  SeededRandom,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { applyChanges, type Change, type ChangeApplier, readChange } from '@rocketeer/toolkit/change-relay'
import { mysql2Database } from '@rocketeer/toolkit/sql'
import { createPool, type Pool } from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import type { RelayProgramOptions } from './programs/change-relay.js'
import { WRITTEN_TABLES, writeOrders } from './programs/order-writers.js'

const PROGRAM = fileURLToPath(new URL('./programs/change-relay.js', import.meta.url))
const TOPIC = 'changes'
const QUEUES = 8
const STORM_MS = 15_000
const WRITERS = 4
const SEED = Number(process.env.RANDOM_SEEDS?.split('-')[0] ?? hashOf(String(Date.now())) % 1_000)

interface Cluster {
  nameserver: NameserverProcess
  startBroker(): Promise<BrokerProcess>
}

/** A relay in a process of its own, started again after each kill. */
class RelayProcess {
  kills = 0
  #program: ChildProgram
  constructor(readonly options: RelayProgramOptions) {
    this.#program = this.#start()
  }

  get lines(): readonly string[] {
    return this.#program.output
  }

  #start(): ChildProgram {
    const args = ['--enable-source-maps', PROGRAM, JSON.stringify(this.options)]
    return ChildProgram.start({ name: 'change relay', command: process.execPath, args })
  }

  async killAndRestart(): Promise<void> {
    this.kills++
    await this.#program.kill()
    this.#program = this.#start()
  }

  async close(): Promise<void> {
    await this.#program.kill()
  }
}

function placeOf({
  queue,
  queueOffset,
  reconsumeTimes,
  bornTimestamp,
  storeTimestamp,
  physicalOffset,
}: Message): string {
  const times = `born at ${bornTimestamp}, stored at ${storeTimestamp} at ${physicalOffset}`
  return `queue ${queue.queueId}, offset ${queueOffset}, reconsumed ${reconsumeTimes}, ${times}`
}

/** Judges the order in which a consumer first saw the changes of each row. */
class OrderJudge {
  readonly #last = new Map<string, { version: string; message: Message }>()
  readonly #seen = new Set<string>()
  first = 0
  again = 0
  readonly broken: string[] = []
  newest = ''

  look(message: Message): void {
    const change: Change = readChange(message)
    const key = message.keys[0]!
    const id = `${key} ${change.version}`
    if (this.#seen.has(id)) {
      this.again++
      return
    }
    this.#seen.add(id)
    this.first++
    if (change.version > this.newest) this.newest = change.version
    const last = this.#last.get(key)
    if (last !== undefined && change.version < last.version)
      this.broken.push(
        `${key}: ${change.version} (${placeOf(message)}) after ${last.version} (${placeOf(last.message)})`,
      )
    this.#last.set(key, { version: change.version, message })
  }
}

async function rowsOf(pool: Pool, table: string): Promise<unknown[]> {
  const [rows] = await pool.query(`SELECT * FROM ${table} ORDER BY 1, 2`)
  return rows as unknown[]
}

const clusters: Record<string, () => Promise<Cluster & AsyncDisposable>> = {
  ours: async () => {
    const data = await TemporaryDirectory.create()
    const nameserver = await RocketeerNameserver.start()
    const port = await freePort([-2])
    return {
      nameserver,
      startBroker: () =>
        RocketeerBroker.start({ nameservers: [nameserver.address], storeDirectory: data.path, port }),
      async [Symbol.asyncDispose]() {
        await nameserver.close()
        await data.remove()
      },
    }
  },
  "Apache's": async () => {
    const data = await TemporaryDirectory.create()
    const nameserver = await ApacheNameserver.start()
    const port = await freePort([-2, 1])
    return {
      nameserver,
      startBroker: () =>
        ApacheBroker.start({ nameservers: [nameserver.address], storeDirectory: data.path, port }),
      async [Symbol.asyncDispose]() {
        await nameserver.close()
        await data.remove()
      },
    }
  },
}

describe.each(Object.keys(clusters))('the change relay with a cluster of %s', (kind) => {
  it('copies a database through kills of relay, MariaDB and broker, each row in order', async () => {
    const random = new SeededRandom(SEED)
    await using mariadb = await MariadbServer.start({
      settings: [...BINLOG_SETTINGS, 'innodb_flush_log_at_trx_commit=2'],
    })
    await using cluster = await clusters[kind]!()
    let broker = await cluster.startBroker()
    await using directory = await TemporaryDirectory.create()
    const pool = createPool({ host: '127.0.0.1', port: mariadb.port, user: 'root', multipleStatements: true })
    for (const database of ['shop', 'copy'])
      await pool.query(
        `CREATE DATABASE ${database} CHARACTER SET utf8mb4; USE ${database}; ${WRITTEN_TABLES}`,
      )
    await pool.query(
      "USE shop; INSERT INTO orders VALUES (1, 'new', 1, 0, NOW(6), NULL), (2, 'new', 1, 0, NOW(6), NULL)",
    )
    const client = await connect({ nameservers: [cluster.nameserver.address], waitMs: 60_000 })
    await client.admin().topics.create(TOPIC, { queues: QUEUES })
    const judge = new OrderJudge()
    const problems: string[] = []
    const apply = await startApplying(client, pool, { judge, problems })

    const relay = new RelayProcess({
      name: 'shop',
      port: mariadb.port,
      nameservers: [cluster.nameserver.address],
      directory: directory.path,
      tables: ['shop.orders', 'shop.items'],
      topic: TOPIC,
    })
    const stop = new AbortController()
    const began = Date.now()
    const writing = writeOrders({
      port: mariadb.port,
      database: 'shop',
      writers: WRITERS,
      random,
      signal: stop.signal,
    })
    let mariadbKills = 0
    let brokerKills = 0
    while (Date.now() - began < STORM_MS) {
      await new Promise((resolve) => setTimeout(resolve, random.between(200, 1_500)))
      const what = random.below(10)
      if (what < 6) await relay.killAndRestart()
      else if (what < 8) {
        mariadbKills++
        await mariadb.kill()
        await mariadb.startAgain()
      } else {
        brokerKills++
        await broker.kill()
        broker = await cluster.startBroker()
      }
    }
    stop.abort()
    const written = await writing
    const state = () =>
      `${judge.first} changes, ${judge.again} again; relay: ${relay.lines.slice(-3).join('\n')}; problems: ${problems.slice(-3).join('\n')}`
    for (const table of ['orders', 'items'])
      await eventually(
        async () => {
          // A relay that was killed in its snapshot begins another one, which does not have what was deleted meanwhile.
          await apply.removeOlderThan(judge.newest)
          const copy = await rowsOf(pool, `copy.${table}`)
          expect(copy, state()).toEqual(await rowsOf(pool, `shop.${table}`))
          expect(copy.length).toBeGreaterThan(0)
        },
        { withinMs: 200_000, everyMs: 500 },
      )
    // As one text: of a list the report shows the length only.
    expect(judge.broken.join('\n')).toBe('')
    console.log(
      `seed ${SEED}: ${written.committed} transactions committed, ${written.rolledBack} rolled back; ` +
        `${relay.kills} kills of the relay, ${mariadbKills} of MariaDB, ${brokerKills} of the broker; ` +
        `${judge.first} changes, ${judge.again} of them again, ${judge.broken.length} out of order`,
    )
    await relay.close()
    await client.close()
    await pool.end()
    await broker.close()
  }, 300_000)
})

async function startApplying(
  client: Client,
  pool: Pool,
  { judge, problems }: { judge: OrderJudge; problems: string[] },
): Promise<ChangeApplier> {
  const apply = applyChanges({
    database: mysql2Database(pool as never),
    tables: { 'shop.orders': 'copy.orders', 'shop.items': 'copy.items' },
    versionsTable: 'copy.versions',
  })
  const consumer = client.consumer({
    group: 'analytics',
    subscribe: { [TOPIC]: '*' },
    startFrom: 'first',
    ordered: true,
    suspendMs: 200,
    handle: async (message) => {
      judge.look(message)
      await apply(message)
    },
  })
  consumer.on('problem', (error) => problems.push(String(error)))
  await consumer.ready
  return apply
}
