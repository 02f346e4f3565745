/** Two members in two machine rooms: a queue is read in the room of its broker, or elsewhere if that room has no member. */
import { allocateNearby, connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer({ brokerName: 'hangzhou-a' })
const roomOf = (name: string) => name.split('-')[0]!

const handled: string[] = []
async function join(clientId: string) {
  const client = await connect({ nameservers: server.nameservers, clientId })
  const consumer = client.consumer({
    group: 'billing',
    subscribe: { orders: '*' },
    allocate: allocateNearby({
      roomOfQueue: ({ brokerName }) => roomOf(brokerName),
      roomOfClient: roomOf,
    }),
    handle: (message) => void handled.push(`${message.text()} in ${roomOf(clientId)}`),
  })
  await consumer.ready
  return client
}

await using shop = await connect({ nameservers: server.nameservers })
await shop.admin().topics.create('orders', { queues: 4 })
const producer = shop.producer()

const hangzhou = await join('hangzhou-1')
await using _shanghai = await join('shanghai-1')
for (let i = 1; i <= 8; i++) await producer.send({ topic: 'orders', body: `order-${i}` })
while (handled.length < 8) await new Promise((resolve) => setTimeout(resolve, 10))

await hangzhou.close()
await producer.send({ topic: 'orders', body: 'order-9' })
while (handled.length < 9) await new Promise((resolve) => setTimeout(resolve, 10))
console.log(handled.sort().join('\n'))
