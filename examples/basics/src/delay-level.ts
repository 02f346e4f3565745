/**
 * "Close the order if it is unpaid after 30 minutes" is one delayed message instead of a table scan.
 *
 * Guaranteed: not delivered before its time, and kept through restarts of the broker like any message.
 * Not guaranteed: the exact moment. The message may arrive later when the broker or the group is busy, so the handler
 * checks the state at that time (is the order paid?).
 */
import { connect, ManualClock } from 'rocketeer'
import { startServer } from 'rocketeer/server'

/** Levels of RocketMQ: 1s 5s 10s 30s 1m 2m … 10m 20m 30m 1h 2h. */
const THIRTY_MINUTES = 16

const clock = new ManualClock()
await using server = await startServer({ clock })
await using mq = await connect({ nameservers: server.nameservers, clock })

let deliveredAt = 0
await using producer = mq.producer()
const sentAt = clock.now()
await producer.send({ topic: 'order-check', key: 'order-1', body: 'paid yet?', delayLevel: THIRTY_MINUTES })
mq.consumer({
  group: 'order-closer',
  subscribe: { 'order-check': '*' },
  startFrom: 'first',
  handle: () => {
    deliveredAt = clock.now()
  },
})
await clock.advance(29 * 60_000)
console.log(deliveredAt === 0 ? 'after 29 minutes: nothing' : 'too early')
await clock.advanceUntil(() => deliveredAt > 0)
console.log(deliveredAt - sentAt >= 30 * 60_000 ? 'after 30 minutes: delivered' : 'too early')
