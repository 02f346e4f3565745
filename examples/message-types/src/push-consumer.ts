/** Two groups get the same messages; the members of one group share them. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const producer = mq.producer()
await Promise.all(
  ['paid', 'paid', 'cancelled', 'paid'].map((tag, i) =>
    producer.send({ topic: 'orders', tag, key: `order-${i}`, body: JSON.stringify({ cents: 990 + i }) }),
  ),
)

const points: string[] = []
const mails: string[] = []
await new Promise<void>((resolve) => {
  const done = () => points.length === 3 && mails.length === 4 && resolve()
  mq.consumer({
    group: 'points',
    subscribe: { orders: 'paid' }, // 'paid || vip' for more than one, '*' for all
    startFrom: 'first',
    concurrency: 50, // handlers at the same time; await as long as you like
    handle: async (message, { signal }) => {
      const { cents } = message.json<{ cents: number }>()
      signal.throwIfAborted() // the result would no longer count
      points.push(`${message.key}: ${Math.floor(cents / 100)}`)
      done()
    },
  })
  mq.consumer({
    group: 'mails',
    subscribe: { orders: '*' },
    startFrom: 'first',
    batchSize: 10,
    handleBatch: (messages) => {
      mails.push(...messages.map((message) => `${message.tag} ${message.key}`))
      done()
    },
  })
})
console.log('points', points.sort().join(', '))
console.log('mails', mails.sort().join(', '))
