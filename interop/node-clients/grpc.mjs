// The official Node client: sends, receives and acknowledges, and has messages pushed.
import { address, load, print, untilStopped } from './lines.mjs'

const { ConsumeResult, Producer, PushConsumer, SimpleConsumer } = load('rocketmq-client-nodejs')
const topic = 'node'
const subscriptions = new Map([[topic, '*']])

function describe(message) {
  const { topic, tag, keys, deliveryAttempt, properties } = message
  return {
    topic,
    tag,
    keys,
    deliveryAttempt,
    body: message.body.toString(),
    colour: properties.get('colour'),
  }
}

const push = new PushConsumer({
  namespace: '',
  endpoints: address,
  consumerGroup: 'node-push',
  subscriptions,
  messageListener: {
    async consume(message) {
      print('pushed', describe(message))
      return ConsumeResult.SUCCESS
    },
  },
})
await push.startup()

const producer = new Producer({ namespace: '', endpoints: address, topic })
await producer.startup()
for (const body of ['first', 'second', 'third']) {
  const { messageId } = await producer.send({
    topic,
    tag: 'red',
    keys: [`key-${body}`],
    body: Buffer.from(body),
    properties: new Map([['colour', 'blue & green = teal']]),
  })
  print('sent', { body, messageId })
}

const simple = new SimpleConsumer({
  namespace: '',
  endpoints: address,
  consumerGroup: 'node-simple',
  subscriptions,
  awaitDuration: 5_000,
})
await simple.startup()
for (let left = 3; left > 0; ) {
  for (const message of await simple.receive(8, 30_000)) {
    print('received', describe(message))
    await simple.ack(message)
    left--
  }
}
print('acknowledged', {})
await untilStopped()
