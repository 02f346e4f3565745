/** What a program for rocketmq-client-nodejs looks like here. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers }) // nameservers, not a proxy
const producer = mq.producer()
const order = 'order-1'
for (const body of ['created', 'paid'])
  await producer.send({ topic: 'order-steps', tag: 'shop', key: order, body }, { orderKey: order }) // messageGroup

// The SimpleConsumer's receive and ack, with offsets instead of receipts: all of one poll is done at once.
await using consumer = mq.pullConsumer({
  group: 'warehouse',
  subscribe: { 'order-steps': 'shop' },
  startFrom: 'first',
})
let received = 0
while (received < 2) {
  const messages = await consumer.poll({ messagesMax: 20, waitMs: 15_000 })
  for (const message of messages) console.log(`received ${message.text()}`)
  received += messages.length
  await consumer.commit()
}
