/** A topic whose messages are orders, not bytes: checked when they are sent and when they arrive. */
import { connect, defineTopic } from 'rocketeer'
import { startServer } from 'rocketeer/server'
import { z } from 'zod'

// In a module of its own, imported by the programs that send and by those that consume.
const orderPaid = defineTopic('order-paid', {
  schema: z.object({ orderId: z.string(), cents: z.int().positive(), paidAt: z.coerce.date<string>() }),
})

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const producer = mq.producer()

const order = { orderId: 'order-1', cents: 990, paidAt: '2026-11-28T12:00:00Z' }
await producer.send(await orderPaid.message(order, { key: order.orderId, tag: 'coupon' }))
// Somebody else's program, which knows nothing of the type.
await producer.send({
  topic: 'order-paid',
  key: 'order-2',
  tag: 'coupon',
  body: '{"orderId":"order-2","cents":"9.90","paidAt":"2026-11-28"}',
})

await using consumer = mq.consumer({
  group: 'coupon',
  subscribe: orderPaid.subscribe('coupon'),
  startFrom: 'first',
  handle: orderPaid.handle((paid, message) => {
    // paid is { orderId: string; cents: number; paidAt: Date }
    console.log(`${message.key}: ${paid.cents / 100} on ${paid.paidAt.toDateString()}`)
  }),
})

// The second message never reaches the handler.
const reason = await new Promise<unknown>((resolve) => consumer.once('problem', resolve))
console.log(reason instanceof Error ? reason.message.replace(/^the message \w+/, 'the message') : reason)
