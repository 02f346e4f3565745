/** The steps of each order are handled in sequence, even if some fail at first; different orders run side by side. */
import { connect, retryLater } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const producer = mq.producer()

for (const step of ['created', 'paid', 'shipped']) {
  for (const order of ['order-1', 'order-2']) {
    // One queue per key, and each send awaited before the next of that key.
    await producer.send({ topic: 'order-steps', key: order, body: step }, { orderKey: order })
  }
}

const steps: Record<string, string[]> = { 'order-1': [], 'order-2': [] }
let failures = 0
await new Promise<void>((resolve) => {
  mq.consumer({
    group: 'warehouse',
    subscribe: { 'order-steps': '*' },
    startFrom: 'first',
    ordered: true,
    handle: (message) => {
      // Later messages wait: the queue does not move on until this message is handled.
      if (message.text() === 'paid' && message.reconsumeTimes < 2) {
        failures++
        throw retryLater({ afterMs: 100 })
      }
      steps[message.key!]!.push(message.text())
      if (Object.values(steps).every((done) => done.length === 3)) resolve()
    },
  })
})
for (const [order, done] of Object.entries(steps)) console.log(order, done.join(' → '))
console.log(`${failures} failures on the way`)
