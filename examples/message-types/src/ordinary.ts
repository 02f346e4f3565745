/** Ordinary messages: what one can carry, several in one request, and which batches are refused. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const admin = mq.admin()
await admin.topics.create('order-paid', { queues: 4, type: 'NORMAL' })

const producer = mq.producer({ group: 'shop' })
const receipt = await producer.send({
  topic: 'order-paid',
  key: 'order-17', // unique in your business: finds the message again
  tag: 'coupon', // consumers can subscribe to some tags
  properties: { channel: 'app', 地区: '上海' }, // your own facts, in any language
  body: JSON.stringify({ cents: 990 }),
})
console.log(`${receipt.status}, offset ${receipt.queueOffset}`)

const orders = [18, 19, 20].map((id) => ({
  topic: 'order-paid',
  key: `order-${id}`,
  tag: id === 19 ? 'gift' : 'coupon',
  body: JSON.stringify({ cents: id }),
}))
const batch = await producer.sendBatch(orders)
console.log(`${batch.messageIds.length} messages, one request`)

const mixed = [...orders, { topic: 'order-cancelled', body: '{}' }]
await producer.sendBatch(mixed).catch((error) => console.log(`${error.code}: ${error.message}`))

const coupons: string[] = []
let allDone = () => {}
const done = new Promise<void>((resolve) => {
  allDone = resolve
})
await using _consumer = mq.consumer({
  group: 'coupons',
  subscribe: { 'order-paid': 'coupon || points' },
  startFrom: 'first',
  handle: (message) => {
    coupons.push(message.key!)
    if (message.key === 'order-17') console.log(`from ${message.userProperties.地区}: ${message.text()}`)
    if (coupons.length === 3) allDone()
  },
})
await done
console.log(`coupons for ${coupons.sort().join(', ')}`)

const [found] = await admin.messages.byKey('order-paid', 'order-19')
console.log(`order-19 was a ${found?.tag}`)
