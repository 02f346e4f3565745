/** While the coupon database is down, its consumer pauses: no message is tried in vain, no retry is used up. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
await mq.producer().send({ topic: 'order-paid', key: 'order-1', body: '990' })

let databaseIsUp = false
let granted = () => {}
const done = new Promise<void>((resolve) => {
  granted = resolve
})
const consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: (message) => {
    if (!databaseIsUp) throw new Error('the database is down')
    console.log(`granted ${message.key} after ${message.reconsumeTimes} retries`)
    granted()
  },
})
consumer.pause()
await consumer.ready
setTimeout(() => {
  console.log('the database is back')
  databaseIsUp = true
  consumer.resume()
}, 200)
await done
