/**
 * A message that is delivered if, and only if, a local transaction succeeded; the process may die in between.
 *
 * Guaranteed: once the broker has the half message and the transaction has committed, the message is delivered; when it
 * has rolled back, it is not.
 * Not guaranteed: exactly once. An outcome can reach the broker twice, and a send that timed out can leave a second half
 * message behind, so consumers should recognise duplicates by the key.
 */
import { connect, ManualClock } from 'rocketeer'
import { startServer } from 'rocketeer/server'

const clock = new ManualClock()
await using server = await startServer({ clock })
await using mq = await connect({ nameservers: server.nameservers, clock })

/** Stands for the table of orders: what the local transaction writes, and where the check looks it up. */
const orders = new Map<string, 'paid' | 'refused'>()
const outcomeOf = (order: string | undefined) => {
  const state = orders.get(order ?? '')
  if (state === undefined) return 'unknown'
  return state === 'paid' ? 'commit' : 'rollback'
}

await using producer = mq.transactionProducer({
  group: 'order-service',
  check: async (message) => outcomeOf(message.key),
})

const delivered: string[] = []
const consumer = mq.consumer({
  group: 'coupon-service',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: (message) => {
    delivered.push(message.text())
  },
})
await producer.ready

await producer.send({ topic: 'order-paid', key: 'order-1', body: 'order-1' }, async () => {
  orders.set('order-1', 'paid')
  return 'commit'
})
await producer.send({ topic: 'order-paid', key: 'order-2', body: 'order-2' }, async () => {
  orders.set('order-2', 'refused')
  return 'rollback'
})
// The connection to the database breaks after the commit: this process does not know its outcome, the table does.
const unclear = producer.send({ topic: 'order-paid', key: 'order-3', body: 'order-3' }, async () => {
  orders.set('order-3', 'paid')
  throw new Error('connection lost')
})
await unclear.catch((error) => console.log('order-3:', error.message))

await consumer.ready
await clock.advanceUntil(() => delivered.length >= 2)
console.log('delivered', delivered.sort().join(' '))
