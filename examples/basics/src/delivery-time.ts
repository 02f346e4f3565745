/**
 * A reminder at a point in time, to the millisecond and up to three days ahead; a reminder that is no longer wanted is
 * recalled.
 *
 * Guaranteed: not delivered before its time, and kept through restarts of the broker; reminders that became due while the
 * broker was down are delivered when it starts.
 * Not guaranteed: exactly once. After a crash of the broker, a message of the last second or so may be delivered twice.
 */
import { connect, ManualClock } from 'rocketeer'
import { startServer } from 'rocketeer/server'

const clock = new ManualClock()
await using server = await startServer({ clock })
await using mq = await connect({ nameservers: server.nameservers, clock })
await using producer = mq.producer()

const sentAt = clock.now()
await producer.send({ topic: 'reminder', body: 'tomorrow', deliverAt: new Date(sentAt + 24 * 3_600_000) })
const receipt = await producer.send({ topic: 'reminder', body: 'in 45 minutes', deliverAfterMs: 45 * 60_000 })
await producer.recall('reminder', receipt.recallHandle!)

const delivered: string[] = []
mq.consumer({
  group: 'reminders',
  subscribe: { reminder: '*' },
  startFrom: 'first',
  handle: (message) => {
    delivered.push(message.text())
  },
})
await clock.advance(24 * 3_600_000 - 1)
console.log(delivered.length === 0 ? 'before its time: nothing' : 'too early')
await clock.advanceUntil(() => delivered.length > 0)
console.log(`a day later: ${delivered.join(', ')}`)
