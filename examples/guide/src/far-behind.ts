/** A group is a thousand messages behind in a topic of 4 queues: from 16 queues it drains four times as fast. */
import { BacklogMeter, gatherSpread, spreadBacklog } from 'rocketeer/backlog'
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, log } = shop
const { groups, topics, offsets } = mq.admin()
await groups.create('coupon')
await topics.create('order-paid', { queues: 4 })
for (const queue of await topics.queues('order-paid')) await offsets.commit('coupon', queue, 0)
const producer = mq.producer()
const pay = (order: string) =>
  producer.send({ topic: 'order-paid', key: order, body: '990' }, { orderKey: order })

/** Each coupon takes the database 50 ms. The consumer is in order: one message of a queue after the other. */
async function drain(topic: string, count: number) {
  const startedAt = clock.now()
  let granted = 0
  const handle = async () => {
    await clock.sleep(50)
    granted++
  }
  const subscribe = { [topic]: '*' }
  const consumer = mq.consumer({ group: 'coupon', subscribe, startFrom: 'first', ordered: true, handle })
  await clock.advanceUntil(() => granted === count)
  log(`${count} from ${topic}: ${((clock.now() - startedAt) / 1_000).toFixed(1)} s`)
  await consumer.close()
}

for (let i = 0; i < 400; i++) await pay(`order-${i}`)
await drain('order-paid', 400)

for (let i = 0; i < 400; i++) await pay(`order-${i}`)
const meter = new BacklogMeter(mq, { group: 'coupon', topic: 'order-paid', clock })
for (const { messages, queues } of (await meter.look()).topics)
  log(`${messages} messages wait in ${queues.length} queues`)
const spreader = await spreadBacklog(mq, { group: 'coupon', topic: 'order-paid', queues: 16, clock })
await clock.advanceUntil(() => spreader.status.forwarded === 400)
await spreader.close()
await drain('order-paid_wide', 400)
await gatherSpread(mq, { group: 'coupon', topic: 'order-paid' }) // the way back: the wide topic goes
