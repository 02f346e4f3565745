/** The same order comes three times, a handler fails behind its effect, and each order has one coupon. */
import sqlite from 'node-sqlite3-wasm'
import { connect, retryLater } from 'rocketeer'
import { type IdempotencyEvent, idempotencyChannel, idempotent, sqlInbox } from 'rocketeer/idempotency'
import { startServer } from 'rocketeer/server'
import { sqliteDatabase } from 'rocketeer/sql'

const connection = new sqlite.Database()
connection.exec('CREATE TABLE coupons (order_id TEXT)')
const inbox = sqlInbox(sqliteDatabase(connection))
await inbox.createTables()

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
let calls = 0
mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: idempotent({ store: inbox }, async (message, { transaction }) => {
    transaction.run('INSERT INTO coupons VALUES (?)', [message.key!])
    console.log(`a coupon for ${message.key}`)
    // The first time something goes wrong behind the effect: it is rolled back, and the message comes again.
    if (++calls === 1) throw retryLater({ delayLevel: 1 })
  }),
})
await using _cleaner = inbox.cleaner()

let left = 4
idempotencyChannel.subscribe((event) => {
  const { key, outcome } = event as IdempotencyEvent
  console.log(`${key}: ${outcome}`)
  left--
})

// The payment service calls back twice, and one send timed out after the broker had stored the message.
const producer = mq.producer()
for (const order of ['order-1', 'order-1', 'order-1', 'order-2']) {
  await producer.send({ topic: 'order-paid', key: order, body: 'paid' })
}
while (left > 0) await new Promise((resolve) => setTimeout(resolve, 50))
const coupons = connection.all('SELECT order_id, COUNT(*) AS count FROM coupons GROUP BY order_id')
for (const { order_id, count } of coupons) console.log(`${order_id} has ${count} coupon`)
