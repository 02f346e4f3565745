/** What a program for kafkajs looks like here. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers }) // no clientId: each process needs its own
await mq.admin().topics.create('order-steps', { queues: 4 }) // partitions

const producer = mq.producer()
const order = { key: 'order-1', properties: { source: 'shop' } } // headers
for (const body of ['created', 'paid'])
  await producer.send({ topic: 'order-steps', body, ...order }, { orderKey: order.key }) // `key` alone keeps no order

const steps: string[] = []
await new Promise<void>((resolve) => {
  mq.consumer({
    group: 'warehouse', // groupId
    subscribe: { 'order-steps': '*' },
    startFrom: 'first', // fromBeginning: true
    ordered: true, // one message of a queue at a time, as eachMessage
    handle: (message) => {
      steps.push(`${message.text()} from ${message.properties.source}`)
      if (steps.length === 2) resolve()
    },
  })
})
console.log(steps.join(', '))
