import { fileURLToPath } from 'node:url'
import { type Client, connect, type Message } from '@rocketeer/client'
import {
  ChildProgram,
  eventually,
  freePort,
  MariadbServer,
  RocketeerBroker,
  RocketeerNameserver,
  SeededRandom,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { Outbox } from '@rocketeer/toolkit/outbox'
import { mysql2Database } from '@rocketeer/toolkit/sql'
import { TransactionTable } from '@rocketeer/toolkit/transactions'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readQueues } from './read-queues.js'

const TOPIC = 'order-paid'
const KILLS = Number(process.env.ORDER_KILLS ?? 6)
const program = fileURLToPath(new URL('./programs/order-program.js', import.meta.url))
const properties = { transactionTimeOut: 1_000, transactionCheckInterval: 1_000, transactionCheckMax: 1_000 }

describe('messages of orders, on MariaDB, with processes and the broker killed at random', () => {
  let mariadb: MariadbServer
  let pool: mysql.Pool
  let data: TemporaryDirectory
  let nameserver: RocketeerNameserver
  let port: number
  let broker: RocketeerBroker
  let client: Client

  beforeAll(async () => {
    mariadb = await MariadbServer.start()
    data = await TemporaryDirectory.create()
    nameserver = await RocketeerNameserver.start()
    port = await freePort([-2])
    broker = await startBroker()
    client = await connect({ nameservers: nameserver.address })
    pool = mysql.createPool({ uri: mariadb.url })
  })
  afterAll(async () => {
    await client.close()
    await broker.close()
    await nameserver.close()
    await pool.end()
    await mariadb.close()
    await data.remove()
  })

  const startBroker = () =>
    RocketeerBroker.start({
      nameservers: [nameserver.address],
      storeDirectory: data.path,
      port,
      properties,
    })

  /** A schema of its own with the tables that the programs use; returns its address. */
  async function makeSchema(schema: string): Promise<string> {
    await pool.query(`CREATE DATABASE ${schema}`)
    const url = `${mariadb.url}/${schema}`
    const own = mysql.createPool({ uri: url })
    await own.query('CREATE TABLE orders (name VARCHAR(100) PRIMARY KEY)')
    await own.query('CREATE TABLE order_keys (name VARCHAR(100) PRIMARY KEY, step INT NOT NULL)')
    for (let key = 0; key < 8; key++) await own.query('INSERT INTO order_keys VALUES (?, 0)', [`key-${key}`])
    await new Outbox(mysql2Database(own)).createTables()
    await new TransactionTable(mysql2Database(own)).createTables()
    await own.end()
    return url
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

  const start = (role: string, url: string, name: string) =>
    ChildProgram.start({
      name: `${role} ${name}`,
      command: process.execPath,
      args: [program, role, nameserver.address, url, name],
    })

  async function ordersIn(url: string): Promise<string[]> {
    const own = await mysql.createConnection({ uri: url })
    const [rows] = await own.query('SELECT name FROM orders')
    await own.end()
    return (rows as { name: string }[]).map(({ name }) => name).sort()
  }

  const sent = async () => [...(await readQueues(client, TOPIC)).values()].flat()
  const keysOf = (messages: readonly Message[]) => [...new Set(messages.map(({ key }) => key!))].sort()

  it('an outbox: every committed order is sent, none that rolled back, each key in its order', async () => {
    const url = await makeSchema('outbox_shop')
    await client.admin().topics.create(TOPIC, { queues: 4 })
    const writer = () => start('writer', url, 'one')
    const relays = ['one', 'two'].map((name) => () => start('relay', url, name))
    await killAtRandom([writer, ...relays], 9)

    const own = mysql.createPool({ uri: url })
    const outbox = new Outbox(mysql2Database(own))
    await using relay = outbox.relay(client.producer(), { leaseMs: 2_000, sendTimeoutMs: 400 })
    relay.on('problem', (error) => console.log(`${error}`))
    await eventually(async () => (await outbox.status()).waiting === 0, { withinMs: 60_000 })
    await relay.close()
    await own.end()

    const messages = await sent()
    const orders = await ordersIn(url)
    expect(keysOf(messages)).toEqual(orders)
    for (const queue of (await readQueues(client, TOPIC)).values()) expectOrder(queue)
    // One sent twice is recognized by its unique id.
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(orders.length)
    console.log(`${orders.length} orders, ${messages.length - orders.length} sent twice, ${KILLS} kills`)
  })

  it('a transaction table: every committed order is delivered, none that rolled back', async () => {
    const url = await makeSchema('transaction_shop')
    const topics = client.admin().topics
    await topics.delete(TOPIC)
    await topics.create(TOPIC, { queues: 4 })
    let run = 0
    const services = [0, 1].map(() => () => start('transactional', url, `run-${run++}`))
    await killAtRandom(services, 10)

    const own = mysql.createPool({ uri: url })
    await using producer = new TransactionTable(mysql2Database(own)).producer(client, {
      group: 'orders',
      topics: [TOPIC],
    })
    producer.on('problem', (error) => console.log(`${error}`))
    const orders = await ordersIn(url)
    await eventually(async () => expect(keysOf(await sent())).toEqual(orders), { withinMs: 60_000 })
    // Checks of those that did not commit go on for a while: they must deliver nothing.
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    const messages = await sent()
    expect(keysOf(messages)).toEqual(orders)
    await producer.close()
    await own.end()
    console.log(`${orders.length} orders, ${messages.length - orders.length} delivered twice, ${KILLS} kills`)
  })
})

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
