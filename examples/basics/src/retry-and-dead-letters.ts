/**
 * A handler fails 17 times over almost five hours; its message becomes a dead letter and is replayed. Takes a second,
 * because the clock is moved by hand.
 *
 * Guaranteed: a message whose handler throws is delivered again after 10 s, 30 s, 1 min, … 2 h; after 16 retries it is
 * kept in %DLQ%<group> until it expires (72 h by default) and can be delivered to the group again.
 * Not guaranteed: order. Other messages overtake one that waits for its retry.
 */
import { connect, ManualClock } from 'rocketeer'
import { countDeadLetters, replayDeadLetters } from 'rocketeer/dead-letters'
import { startServer } from 'rocketeer/server'

const clock = new ManualClock()
await using server = await startServer({ clock })
await using mq = await connect({ nameservers: server.nameservers, clock })

let failures = 0
mq.on('problem', () => failures++)

let databaseIsUp = false
let deliveries = 0
let granted = 0
await using producer = mq.producer()
await producer.send({ topic: 'order-paid', key: 'order-1', body: 'one coupon, please' })
await using consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: () => {
    deliveries++
    if (!databaseIsUp) throw new Error('the coupon database is down')
    granted++
  },
})

const startedAt = clock.now()
await clock.advanceUntil(() => deliveries === 17)
console.log(`${deliveries} deliveries in ${((clock.now() - startedAt) / 3_600_000).toFixed(1)} hours`)
// The last failure is on its way back to the broker: real work, which a manual clock cannot hurry.
while ((await countDeadLetters(mq, 'coupon')).left === 0) await clock.advance(1_000)
console.log(`1 dead letter after ${failures} failures`)

databaseIsUp = true
const { replayed } = await replayDeadLetters(mq, { group: 'coupon', ratePerSecond: 50 })
await clock.advanceUntil(() => granted === 1)
console.log(`${replayed} replayed, ${granted} granted`)
await consumer.close()
