/**
 * Sends a message and consumes it.
 *
 * Guaranteed: once `send` resolves, the broker has the message, and a killed broker process does not lose it
 * (`--flush-mode sync`: nor does a power failure). The group gets every message at least once.
 * Not guaranteed: exactly once. A send that timed out may have been stored all the same, and a consumer that dies after
 * its work and before its offset is saved gets the message again. Handlers must recognise work they have already done.
 */
import { once } from 'node:events'
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

// A server of its own, so that this runs by itself; with `npm start` it is ['127.0.0.1:9876'].
await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })

const handled = new AbortController()
await using consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  handle: (message) => {
    console.log('consumed', message.key, message.json())
    handled.abort()
  },
})
// A new group begins behind the last message there is; `startFrom: 'first'` would give it the old ones, too.
await consumer.ready

await using producer = mq.producer({ group: 'orders' })
const receipt = await producer.send({
  topic: 'order-paid',
  key: 'order-1',
  body: JSON.stringify({ cents: 990 }),
})
console.log('sent', receipt.status)
if (!handled.signal.aborted) await once(handled.signal, 'abort')
