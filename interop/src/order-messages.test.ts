import { fileURLToPath } from 'node:url'
import { type Client, connect, type Message } from '@rocketeer/client'
import {
  ChildProgram,
  eventually,
  freePort,
  MariadbServer,
  PostgresServer,
  RocketeerBroker,
  RocketeerNameserver,
  SeededRandom,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { Outbox } from '@rocketeer/toolkit/outbox'
import { TransactionTable } from '@rocketeer/toolkit/transactions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OrderDatabase, openOrderDatabase } from './programs/order-database.js'
import { sqlLibraries } from './programs/sql-libraries.js'
import { readQueues } from './read-queues.js'

/** Of each test on each database. */
const KILLS = Number(process.env.ORDER_KILLS ?? 3)
const program = fileURLToPath(new URL('./programs/order-program.js', import.meta.url))
const properties = { transactionTimeOut: 1_000, transactionCheckInterval: 1_000, transactionCheckMax: 1_000 }

const databases = {
  MariaDB: async () => {
    const server = await MariadbServer.start()
    return Object.assign(server, { database: `${server.url}/mysql` })
  },
  PostgreSQL: async () => {
    const [server] = await Promise.all([PostgresServer.start(), sqlLibraries()])
    return Object.assign(server, { database: server.url })
  },
}

/** Others on each database. */
const seeds = { MariaDB: 9, PostgreSQL: 11 }

describe.each(['MariaDB', 'PostgreSQL'] as const)(
  'messages of orders, on %s, with processes and the broker killed at random',
  (name) => {
    let sqlServer: { readonly database: string; close(): Promise<void> }
    let data: TemporaryDirectory
    let nameserver: RocketeerNameserver
    let port: number
    let broker: RocketeerBroker
    let client: Client

    beforeAll(async () => {
      sqlServer = await databases[name]()
      data = await TemporaryDirectory.create()
      nameserver = await RocketeerNameserver.start()
      port = await freePort([-2])
      broker = await startBroker()
      client = await connect({ nameservers: nameserver.address })
    }, 400_000)
    afterAll(async () => {
      await client.close()
      await broker.close()
      await nameserver.close()
      await sqlServer.close()
      await data.remove()
    })

    const startBroker = () =>
      RocketeerBroker.start({
        nameservers: [nameserver.address],
        storeDirectory: data.path,
        port,
        properties,
      })

    /** The tables that the programs use, without a row of an earlier test. */
    async function openWithTables(): Promise<OrderDatabase> {
      const own = await openOrderDatabase(sqlServer.database)
      await own.query('DROP TABLE IF EXISTS orders')
      await own.query('DROP TABLE IF EXISTS order_keys')
      await own.query('CREATE TABLE orders (name VARCHAR(100) PRIMARY KEY)')
      await own.query('CREATE TABLE order_keys (name VARCHAR(100) PRIMARY KEY, step INT NOT NULL)')
      for (let key = 0; key < 8; key++)
        await own.query('INSERT INTO order_keys VALUES (?, 0)', [`key-${key}`])
      await new Outbox(own.database).createTables()
      await new TransactionTable(own.database).createTables()
      return own
    }

    /** Kills one of the programs, or sometimes the broker, at random moments, and starts it again. */
    async function killAtRandom(starters: (() => ChildProgram)[], seed: number): Promise<void> {
      const random = new SeededRandom(seed)
      const programs = starters.map((start) => start())
      for (const each of programs) await each.line(/ready/, { withinMs: 60_000 })
      for (let kill = 0; kill < KILLS; kill++) {
        await new Promise((resolve) => setTimeout(resolve, random.between(200, 1_000)))
        if (random.chance(0.2)) {
          await broker.kill()
          await broker.close()
          broker = await startBroker()
        } else {
          const victim = random.below(programs.length)
          await programs[victim]!.kill()
          programs[victim] = starters[victim]!()
          await programs[victim]!.line(/ready/, { withinMs: 60_000 })
        }
      }
      for (const each of programs) await each.kill()
    }

    const start = (role: string, topic: string, run: string) =>
      ChildProgram.start({
        name: `${role} ${run}`,
        command: process.execPath,
        args: [program, role, nameserver.address, sqlServer.database, topic, run],
      })

    async function ordersIn(own: OrderDatabase): Promise<string[]> {
      const rows = await own.query('SELECT name FROM orders')
      return rows.map((row) => String(row.name)).sort()
    }

    const sentTo = async (topic: string) => [...(await readQueues(client, topic)).values()].flat()
    const keysOf = (messages: readonly Message[]) => [...new Set(messages.map(({ key }) => key!))].sort()

    it('an outbox: every committed order is sent, none that rolled back, each key in its order', async () => {
      const own = await openWithTables()
      const topic = 'order-paid'
      await client.admin().topics.create(topic, { queues: 4 })
      const writer = () => start('writer', topic, 'one')
      const relays = ['one', 'two'].map((run) => () => start('relay', topic, run))
      await killAtRandom([writer, ...relays], seeds[name])

      const outbox = new Outbox(own.database)
      await using relay = outbox.relay(client.producer(), { leaseMs: 2_000, sendTimeoutMs: 400 })
      relay.on('problem', (error) => console.log(`${error}`))
      await eventually(async () => (await outbox.status()).waiting === 0, { withinMs: 60_000 })
      await relay.close()

      const messages = await sentTo(topic)
      const orders = await ordersIn(own)
      await own.close()
      expect(keysOf(messages)).toEqual(orders)
      for (const queue of (await readQueues(client, topic)).values()) expectOrder(queue)
      // One sent twice is recognized by its unique id.
      expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(orders.length)
      console.log(`${orders.length} orders, ${messages.length - orders.length} sent twice, ${KILLS} kills`)
    })

    it('a transaction table: every committed order is delivered, none that rolled back', async () => {
      const own = await openWithTables()
      const topic = 'order-transacted'
      await client.admin().topics.create(topic, { queues: 4 })
      let run = 0
      const services = [0, 1].map(() => () => start('transactional', topic, `run-${run++}`))
      await killAtRandom(services, seeds[name] + 1)

      await using producer = new TransactionTable(own.database).producer(client, {
        group: 'orders',
        topics: [topic],
      })
      producer.on('problem', (error) => console.log(`${error}`))
      const orders = await ordersIn(own)
      await eventually(async () => expect(keysOf(await sentTo(topic))).toEqual(orders), { withinMs: 60_000 })
      // Checks of those that did not commit go on for a while: they must deliver nothing.
      await new Promise((resolve) => setTimeout(resolve, 5_000))
      const messages = await sentTo(topic)
      expect(keysOf(messages)).toEqual(orders)
      await producer.close()
      await own.close()
      console.log(
        `${orders.length} orders, ${messages.length - orders.length} delivered twice, ${KILLS} kills`,
      )
    })
  },
)

/** The steps of each key count up; one that was sent twice may come again later. */
function expectOrder(messages: readonly Message[]): void {
  const steps = new Map<string, number>()
  const seen = new Set<string>()
  for (const { key } of messages) {
    if (seen.has(key!)) continue
    seen.add(key!)
    const [name, step] = key!.split('/') as [string, string]
    expect(Number(step)).toBe((steps.get(name) ?? 0) + 1)
    steps.set(name, Number(step))
  }
}
