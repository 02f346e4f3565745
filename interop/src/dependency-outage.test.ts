import { fileURLToPath } from 'node:url'
import { type Client, connect, type Message } from '@rocketeer/client'
import { ChildProgram, eventually, MariadbServer } from '@rocketeer/test-kit'
import { CircuitBreaker } from '@rocketeer/toolkit/circuit-breaker'
import { countDeadLetters, sqlOutcomes } from '@rocketeer/toolkit/dead-letters'
import { sqlProbe } from '@rocketeer/toolkit/health'
import { mysql2Database } from '@rocketeer/toolkit/sql'
import mysql from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Peer, type PeerKind } from './peers/peer.js'
import type { DeadLetterOrders } from './programs/dead-letter-worker.js'

const ORDERS = 150
/** Beyond what a lock of a killed worker takes to expire. */
const WITHIN_MS = 150_000

/** A database that is really stopped and started, and killed. */
let mariadb: MariadbServer
beforeAll(async () => {
  mariadb = await MariadbServer.start()
}, 120_000)
afterAll(() => mariadb?.close())

describe.each<PeerKind>(['ours', 'apache'])('a database that goes away, with messages of %s', (kind) => {
  let peer: Peer
  let client: Client
  let pool: mysql.Pool
  let schema: string
  let runs = 0
  beforeAll(async () => {
    peer = await Peer.start(kind)
  }, 120_000)
  afterAll(() => peer?.close())
  beforeEach(async () => {
    schema = `outage_${kind}_${runs++}`
    client = await connect({ nameservers: [peer.nameserver.address] })
    client.on('problem', () => undefined)
    const connection = await mysql.createConnection(mariadb.url)
    await connection.query(`CREATE DATABASE ${schema}`)
    await connection.query(`CREATE TABLE ${schema}.coupons (order_id VARCHAR(40), retries INT)`)
    await connection.end()
    pool = mysql.createPool({ uri: `${mariadb.url}/${schema}`, connectionLimit: 5, connectTimeout: 1_000 })
  })
  afterEach(async () => {
    await client?.close()
    await pool?.end().catch(() => undefined)
  })

  /** Not idempotent, so that a second handling shows. */
  async function grant(message: Message): Promise<void> {
    if (message.key === 'order-13') throw new Error('no such customer')
    await pool.query('INSERT INTO coupons VALUES (?, ?)', [message.key, message.reconsumeTimes])
  }

  async function granted(): Promise<{ order_id: string; retries: number }[]> {
    const [rows] = await pool.query<mysql.RowDataPacket[]>('SELECT order_id, retries FROM coupons')
    return rows as { order_id: string; retries: number }[]
  }

  async function send(topic: string, from: number, to: number): Promise<void> {
    const producer = client.producer()
    for (let i = from; i < to; i++) await producer.send({ topic, key: `order-${i}`, body: 'paid' })
  }

  it.each([false, true])(
    'a circuit breaker uses up no retry (in order: %s)',
    async (ordered) => {
      const topic = `paid-${ordered}`
      await client.admin().topics.create(topic, { queues: 4 })
      await using breaker = new CircuitBreaker({
        ...{ probe: sqlProbe(mysql2Database(pool)), probeIntervalMs: 300, probeTimeoutMs: 1_000 },
        openMs: 500,
      })
      breaker.on('problem', () => undefined)
      const consumer = breaker.consumer(client, {
        ...{
          group: `coupon-${topic}`,
          subscribe: { [topic]: '*' },
          startFrom: 'first',
          ordered,
          retriesMax: 1,
        },
        handle: grant,
      })
      await consumer.ready
      await send(topic, 14, 34)
      await eventually(async () => (await granted()).length === 20, { withinMs: 30_000 })
      await mariadb.kill()
      await send(topic, 34, ORDERS)
      await eventually(() => breaker.status.state === 'open', { withinMs: 30_000 })
      await mariadb.startAgain()
      await eventually(async () => (await granted()).length >= ORDERS - 14, { withinMs: 60_000 })
      const rows = await granted()
      expect(new Set(rows.map((row) => row.order_id)).size).toBe(ORDERS - 14)
      expect(rows.filter(({ retries }) => retries > 0)).toEqual([])
      expect(await countDeadLetters(client, `coupon-${topic}`)).toEqual({ total: 0, left: 0 })
      await consumer.close()
    },
    180_000,
  )

  it('two dead-letter workers give each order its coupon, also when they are killed', async () => {
    const [topic, group] = ['paid-dead', 'coupon-dead']
    await client.admin().topics.create(topic, { queues: 4 })
    const outcomes = sqlOutcomes(mysql2Database(pool))
    await outcomes.createTables()
    const consumer = client.consumer({
      ...{ group, subscribe: { [topic]: '*' }, startFrom: 'first', retriesMax: 0 },
      handle: grant,
    })
    consumer.on('problem', () => undefined)
    await consumer.ready
    await mariadb.kill()
    await send(topic, 0, ORDERS)
    await eventually(async () => (await countDeadLetters(client, group)).total === ORDERS, {
      withinMs: 60_000,
    })
    const orders: DeadLetterOrders = {
      ...{ nameservers: [peer.nameserver.address], group },
      database: `${mariadb.url}/${schema}`,
    }
    const workers = [startWorker(orders), startWorker(orders)]
    try {
      await mariadb.startAgain()
      // The locks of a killed worker expire after a minute at Apache's broker.
      for (const [kill, index] of (kind === 'ours' ? [0, 1] : [0]).entries()) {
        await eventually(async () => (await granted()).length >= 30 + kill * 40, { withinMs: WITHIN_MS })
        workers[index]!.signal('SIGKILL')
        await workers[index]!.exited
        workers[index] = startWorker(orders)
      }
      const distinct = async () => new Set((await granted()).map((row) => row.order_id)).size
      await eventually(async () => (await distinct()) === ORDERS - 1, { withinMs: WITHIN_MS })
      await eventually(async () => (await outcomes.counts(group)).parked === 1, { withinMs: WITHIN_MS })
      // A worker that is killed may leave one replay of which nobody knows.
      expect((await granted()).length).toBeLessThanOrEqual(ORDERS - 1 + 2)
      expect(await outcomes.list({ group, state: 'parked' })).toMatchObject([{ key: 'order-13', replays: 1 }])
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()))
    }
  }, 500_000)
})

function startWorker(orders: DeadLetterOrders): ChildProgram {
  const program = fileURLToPath(new URL('./programs/dead-letter-worker.js', import.meta.url))
  const args = ['--enable-source-maps', program, JSON.stringify(orders)]
  return ChildProgram.start({ name: 'a dead-letter worker', command: process.execPath, args })
}
