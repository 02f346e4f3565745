/** Outbox and inbox: the bank calls back twice, the coupon service fails behind its effect, and there is one coupon. */
import { idempotent, sqlInbox } from 'rocketeer/idempotency'
import { Outbox } from 'rocketeer/outbox'
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, database, rows, log } = shop
const outbox = new Outbox(database)
const inbox = sqlInbox(database)
await outbox.createTables()
await inbox.createTables()

/** The bank calls back: the order and the message about it are committed together. */
const pay = (order: string) =>
  database.transaction(async (transaction) => {
    transaction.run("INSERT INTO orders VALUES (?, 'paid') ON CONFLICT DO NOTHING", [order])
    await outbox.add(transaction, { topic: 'order-paid', key: order, body: '990' }, { orderKey: order })
  })
await pay('order-137')
await pay('order-137')

let runs = 0
const consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: idempotent({ store: inbox }, async (message, { transaction }) => {
    transaction.run('INSERT INTO coupons VALUES (?, ?)', [message.key!, 'coupon'])
    if (++runs === 1) throw new Error('killed behind the effect, before the commit')
  }),
})
await consumer.ready
await using _relay = outbox.relay(mq.producer(), { clock })
await clock.advance(60_000)
log(`the handler ran ${runs} times; coupons: ${rows('SELECT order_id FROM coupons').join(', ')}`)
