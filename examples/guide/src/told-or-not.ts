/** The order service dies between its commit and its send: with a send afterwards nobody hears, with an outbox all do. */
import { Outbox } from 'rocketeer/outbox'
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, database, rows, log } = shop
const outbox = new Outbox(database)
await outbox.createTables()
const consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: (message) => log(`the coupon service hears of ${message.key}`),
})
await consumer.ready
const insert = "INSERT INTO orders VALUES (?, 'paid')"

async function payThenSend(order: string) {
  await database.transaction(async (transaction) => void transaction.run(insert, [order]))
  throw new Error('killed here, before the send')
}
async function payWithOutbox(order: string) {
  await database.transaction(async (transaction) => {
    transaction.run(insert, [order])
    await outbox.add(transaction, { topic: 'order-paid', key: order, body: '990' }, { orderKey: order })
  })
  throw new Error('killed here, too')
}
await payThenSend('order-136').catch((error) => log(error.message))
await payWithOutbox('order-137').catch((error) => log(error.message))
log(`in the table: ${rows('SELECT id, state FROM orders').join(', ')}`)

await using _relay = outbox.relay(mq.producer(), { clock }) // in the restarted service, or in another process
await clock.advance(1_000)
