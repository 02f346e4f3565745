/** Three orders, 30 minutes later: one is paid, one is not, and of one the bank does not know yet. */
import { delayedCheck } from 'rocketeer/delayed-check'
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, rows, log } = shop
const closing = "UPDATE orders SET state = 'closed' WHERE id = ? AND state = 'unpaid' RETURNING id"
let bankIsSure = false
await using unpaid = delayedCheck(mq, {
  topic: 'order-unpaid',
  group: 'order-close',
  afterMs: 30 * 60_000,
  check: (order) => {
    if (order === 'order-139' && !bankIsSure) return { againAfterMs: 5 * 60_000 }
    const isClosed = rows(closing, [order]).length === 1
    log(`${order}: ${isClosed ? 'closed' : 'is paid, nothing to do'}`)
  },
  clock,
})

for (const order of ['order-137', 'order-138', 'order-139']) {
  await unpaid.schedule(order) // before the order is committed: a check of an order that never came to be finds nothing
  rows("INSERT INTO orders VALUES (?, 'unpaid')", [order])
  await clock.advance(60_000)
}
rows("UPDATE orders SET state = 'paid' WHERE id = 'order-137'")
await clock.advance(30 * 60_000)
bankIsSure = true
await clock.advance(10 * 60_000)
