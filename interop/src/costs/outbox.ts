/**
 * What an outbox costs on MariaDB: `node interop/dist/main.js outbox`. Each round inserts orders with and without a
 * message, has a relay send the messages, and sends as many directly; ratios are those of the median round.
 */
import { connect } from '@rocketeer/client'
import { MariadbServer, RocketeerBroker, RocketeerNameserver } from '@rocketeer/test-kit'
import { Outbox } from '@rocketeer/toolkit/outbox'
import { mysql2Database } from '@rocketeer/toolkit/sql'
import mysql from 'mysql2/promise'

const ROUNDS = 5
const MESSAGES = 3_000
const CONCURRENCY = 16
const TOPIC = 'order-paid'

await using mariadb = await MariadbServer.start()
await using nameserver = await RocketeerNameserver.start()
await using _broker = await RocketeerBroker.start({ nameservers: [nameserver.address] })
await using client = await connect({ nameservers: nameserver.address })
await client.admin().topics.create(TOPIC, { queues: 4 })
await mysql.createConnection({ uri: mariadb.url }).then(async (connection) => {
  await connection.query('CREATE DATABASE shop')
  await connection.end()
})
const pool = mysql.createPool({ uri: `${mariadb.url}/shop`, connectionLimit: CONCURRENCY + 4 })
await pool.query('CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, body VARCHAR(255))')
const database = mysql2Database(pool)
const outbox = new Outbox(database)
await outbox.createTables()
await using producer = client.producer()
const body = 'x'.repeat(200)

const insert = (withMessage: boolean) => () =>
  database.transaction(async (connection) => {
    await connection.execute('INSERT INTO orders (body) VALUES (?)', [body])
    if (withMessage) await outbox.add(connection, { topic: TOPIC, key: 'order', body })
  })

/** Messages per second. */
async function rateOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  let begun = 0
  const lane = async () => {
    while (begun++ < MESSAGES) await work()
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, lane))
  return (MESSAGES / (performance.now() - began)) * 1_000
}

async function relayRate(): Promise<number> {
  const began = performance.now()
  await using relay = outbox.relay(producer, { concurrency: CONCURRENCY })
  while (relay.status.sent < MESSAGES) await new Promise((resolve) => setTimeout(resolve, 5))
  return (MESSAGES / (performance.now() - began)) * 1_000
}

const rounds: { bare: number; noted: number; relayed: number; direct: number }[] = []
for (let round = 0; round < ROUNDS; round++) {
  const bare = await rateOf(insert(false))
  const noted = await rateOf(insert(true))
  const relayed = await relayRate()
  const direct = await rateOf(() => producer.send({ topic: TOPIC, key: 'order', body }))
  rounds.push({ bare, noted, relayed, direct })
}
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
const of = (name: keyof (typeof rounds)[0]) => Math.round(median(rounds.map((round) => round[name])))
console.log(
  `transactions per second: ${of('bare')} with an order, ${of('noted')} with an order and its message`,
)
console.log(`messages per second: ${of('relayed')} by a relay, ${of('direct')} sent directly`)
const ratio = (a: keyof (typeof rounds)[0], b: keyof (typeof rounds)[0]) =>
  median(rounds.map((round) => round[a] / round[b])).toFixed(2)
console.log(`ratios: insert ×${ratio('noted', 'bare')}, send ×${ratio('relayed', 'direct')}`)
await pool.end()
