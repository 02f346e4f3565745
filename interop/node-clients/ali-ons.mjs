// A Node client of another maker: sends, also with an order key, consumes, and retries what failed.
import { address, load, print, untilStopped } from './lines.mjs'

const { Consumer, Message, Producer } = load('ali-ons')
// It may ask a web server where nameservers are, but is told.
const options = { nameSrv: [address], httpclient: {} }
const topic = 'ali-ons'

const consumer = new Consumer({
  ...options,
  consumerGroup: 'ali-ons-readers',
  consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
})
consumer.on('error', (error) => print('problem', { reason: error.message }))
consumer.subscribe(topic, 'red || blue', async (message) => {
  const { tags, keys, queueId, reconsumeTimes } = message
  const body = message.body.toString()
  print('message', { body, tags, keys, queueId, reconsumeTimes, colour: message.properties.colour })
  if (body === 'again' && reconsumeTimes === 0) throw new Error('not yet')
})
await consumer.ready()
print('started', {})

const producer = new Producer({ ...options, producerGroup: 'ali-ons-shop' })
producer.on('error', (error) => print('problem', { reason: error.message }))
await producer.ready()

async function send(body, tag, orderKey) {
  const message = new Message(topic, tag, body)
  message.keys = [`key-${body}`]
  message.properties.colour = 'blue & green = teal'
  if (orderKey !== undefined) message.shardingKey = orderKey
  const { sendStatus, msgId, messageQueue } = await producer.send(message)
  print('sent', { body, sendStatus, msgId, queueId: messageQueue.queueId })
}

await send('plain', 'red')
await send('filtered', 'green')
await send('again', 'red')
for (let index = 0; index < 8; index++) await send(`step-${index}`, 'blue', 'order-1')
await untilStopped()
