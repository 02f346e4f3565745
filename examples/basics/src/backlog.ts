/**
 * A group that was away is far behind in a topic of two queues: the backlog is measured, spread over sixteen queues, of
 * which sixteen members could each have one, and consumed there in order by key.
 *
 * Guaranteed: nothing is lost, and messages of one key stay in order, through crashes of the forwarder.
 * Not guaranteed: exactly once. A crash has up to a batch of each queue forwarded twice.
 */
import { connect } from 'rocketeer'
import { BacklogMeter, gatherSpread, spreadBacklog } from 'rocketeer/backlog'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const { groups, topics, offsets } = mq.admin()
await groups.create('coupon')
await topics.create('order-paid', { queues: 2 })
for (const queue of await topics.queues('order-paid')) await offsets.commit('coupon', queue, 0)
await using producer = mq.producer()
for (let i = 0; i < 100; i++) {
  const key = `order-${i % 10}`
  await producer.send({ topic: 'order-paid', key, body: `${i}` }, { orderKey: key })
}

const meter = new BacklogMeter(mq, { group: 'coupon', topic: 'order-paid' })
const { topics: behind, advice } = await meter.look()
console.log(`${behind[0]!.messages} messages, ${behind[0]!.queues.length} queues; ${advice[0]!.text}`)

// No member of the group may consume order-paid meanwhile.
await using spreader = await spreadBacklog(mq, { group: 'coupon', topic: 'order-paid', queues: 16 })
await spreader.done
console.log(`${spreader.status.forwarded} forwarded`)
await spreader.close()

let granted = 0
const consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid_wide': '*' },
  ordered: true,
  handle: () => void granted++,
})
while (granted < 100) await new Promise((resolve) => setTimeout(resolve, 10))
await consumer.close()

// The way back: the wide topic goes, and the group goes on in order-paid behind what was forwarded.
const { messages } = await gatherSpread(mq, { group: 'coupon', topic: 'order-paid' })
console.log(`${granted} granted, ${messages} wait in order-paid`)
