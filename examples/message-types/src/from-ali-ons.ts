/** What a program for ali-ons looks like here. */
import { connect, retryLater } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
mq.on('problem', (error, source) => console.log(source.group, error))

const consumed = new Promise<void>((resolve) => {
  mq.consumer({
    group: 'coupon',
    subscribe: { 'order-paid': 'TagA || TagB' },
    startFrom: 'first',
    concurrency: 1, // as parallelConsumeLimit; 20 when left out
    handle: (message) => {
      if (message.reconsumeTimes === 0) throw retryLater({ delayLevel: 1 }) // instead of Consumer.ACTION_RETRY
      console.log(`consumed ${message.key}: ${message.text()}`)
      resolve()
    },
  })
})
await mq.producer({ group: 'shop' }).send({
  topic: 'order-paid',
  tag: 'TagA',
  key: 'order-1',
  body: 'Hello ONS !!!',
  deliverAfterMs: 1_000, // instead of setStartDeliverTime
})
await consumed
