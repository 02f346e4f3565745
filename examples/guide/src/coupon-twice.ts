/** The bank calls back twice: one coupon service grants two coupons, the other one has an inbox and grants one. */
import { idempotent, sqlInbox } from 'rocketeer/idempotency'
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, server, database, rows, log } = shop
const inbox = sqlInbox(database)
await inbox.createTables()

const orders = { subscribe: { 'order-paid': '*' }, startFrom: 'first' } as const
const grant = 'INSERT INTO coupons VALUES (?, ?)'
const trusting = mq.consumer({
  group: 'trusting',
  ...orders,
  handle: (message) =>
    database.transaction(async (transaction) => void transaction.run(grant, [message.key!, 'trusting'])),
})
const careful = mq.consumer({
  group: 'careful',
  ...orders,
  handle: idempotent({ store: inbox }, async (message, { transaction }) => {
    transaction.run(grant, [message.key!, 'careful'])
  }),
})
await Promise.all([trusting.ready, careful.ready])

const producer = mq.producer()
for (const _callback of ['first', 'second'])
  await producer.send({ topic: 'order-paid', key: 'order-137', body: '990' })
await server.settled()
for (const row of rows('SELECT service, count(*) FROM coupons GROUP BY service')) log(`coupons: ${row}`)
