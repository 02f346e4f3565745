/** The order service dies after its commit: the broker asks another one, and that one finds the order in the table. */
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, database, rows, log } = shop
const consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: (message) => log(`the coupon service hears of ${message.key}`),
})
await consumer.ready

await using producer = mq.transactionProducer({
  group: 'orders',
  topics: ['order-paid'],
  check: async ({ key }) => {
    log(`the broker asks for ${key}`)
    return rows('SELECT id FROM orders').includes(key!) ? 'commit' : 'unknown'
  },
})
await producer.ready
const sent = producer.send({ topic: 'order-paid', key: 'order-137', body: '990' }, async () => {
  await database.transaction(async (transaction) => {
    transaction.run("INSERT INTO orders VALUES ('order-137', 'paid')")
  })
  throw new Error('killed here: the broker hears nothing')
})
await sent.catch((error) => log(error.message))
await clock.advance(60_000)
