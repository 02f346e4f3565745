/**
 * Orders that are not paid within half an hour are closed: one delayed check for each order, no scan of the table.
 *
 * Guaranteed: every order that was scheduled is checked after its time, through crashes of this process and restarts of
 * the broker, and closed at most once, because the database decides.
 * Not guaranteed: exactly one check. The effect has to be conditional, as `closeUnpaid` is here.
 */
import { connect, ManualClock } from 'rocketeer'
import { delayedCheck } from 'rocketeer/delayed-check'
import { startServer } from 'rocketeer/server'

const clock = new ManualClock()
await using server = await startServer({ clock })
await using mq = await connect({ nameservers: server.nameservers, clock })

const orders = new Map<string, 'unpaid' | 'paid' | 'closed'>()
/** UPDATE orders SET status = 'closed' WHERE id = ? AND status = 'unpaid' */
function closeUnpaid(orderId: string): void {
  if (orders.get(orderId) !== 'unpaid') return
  orders.set(orderId, 'closed')
  console.log(`closed ${orderId}`)
}

await using unpaid = delayedCheck(mq, {
  topic: 'order-unpaid',
  group: 'order-close',
  afterMs: 30 * 60_000,
  check: closeUnpaid,
  clock,
})

// First the check, then the commit: a check of an order that never came to be does no harm.
const { handle } = await unpaid.schedule('order-1')
orders.set('order-1', 'unpaid')
await unpaid.schedule('order-2')
orders.set('order-2', 'unpaid')

orders.set('order-1', 'paid')
console.log('taken back:', await unpaid.cancel(handle))

await clock.advance(30 * 60_000 - 1)
console.log('before its time:', orders.get('order-2'))
await clock.advanceUntil(() => orders.get('order-2') === 'closed')
console.log('order-1 is', orders.get('order-1'))
