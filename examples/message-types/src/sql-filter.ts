/** A consumer that gets large European orders only, chosen by the broker from the properties of each message. */
import { connect, sql } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const producer = mq.producer()
for (const { key, region, amount } of [
  { key: 'order-1', region: 'eu', amount: '990' },
  { key: 'order-2', region: 'us', amount: '4200' },
  { key: 'order-3', region: 'eu', amount: '4200' },
]) {
  await producer.send({ topic: 'order-paid', key, body: '{}', properties: { region, amount } })
}

let done = () => {}
const received = new Promise<void>((resolve) => {
  done = resolve
})
const regions = ['eu', 'uk']
await using consumer = mq.consumer({
  group: 'large-european-orders',
  subscribe: { 'order-paid': sql`amount > 1000 AND region IN ${regions}` },
  startFrom: 'first',
  handle: (message) => {
    console.log(`received ${message.key}`)
    done()
  },
})
await consumer.ready
await received
