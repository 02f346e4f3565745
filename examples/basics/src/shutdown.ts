/** A worker that ends well: SIGTERM lets running handlers finish; what no handler has begun goes to the other members. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'rocketeer'

const mq = await connect({ nameservers: process.env.NAMESRV_ADDR ?? '127.0.0.1:9876' })
const consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  closeTimeoutMs: 20_000, // less than what the system grants before it kills
  handle: async (message, { signal }) => {
    console.log(`handling ${message.key}`)
    await sleep(500, undefined, { signal }) // the work; given up when close() has waited too long
    console.log(`handled ${message.key}`)
  },
})
await consumer.ready
console.log('ready')

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    // First stop what sends (an HTTP server, timers), then the client, then the database that handlers use.
    await mq.close()
    console.log('closed')
  })
}
