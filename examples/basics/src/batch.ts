/**
 * Many small messages in one request, and handled together.
 *
 * Guaranteed: a batch is stored as a whole or not at all; its messages stand in one queue in their order.
 * Not guaranteed: that they are handled as the batch in which they were sent. `handleBatch` gets the messages that have
 * arrived, up to `batchSize`, and its outcome counts for all of them.
 */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })

await using producer = mq.producer()
const points = Array.from({ length: 100 }, (_, i) => ({
  topic: 'points',
  body: JSON.stringify({ customer: i }),
}))
const { status } = await producer.sendBatch(points)
console.log('sent', status)

let handled = 0
const all = new Promise<void>((resolve) => {
  mq.consumer({
    group: 'points-service',
    subscribe: { points: '*' },
    startFrom: 'first',
    batchSize: 32,
    handleBatch: (messages) => {
      handled += messages.length
      if (handled >= points.length) resolve()
    },
  })
})
await all
console.log('handled', handled)
