/** A job that reads at its own pace: a `for await` loop, then everything from an offset on once more. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const admin = mq.admin()
await admin.topics.create('measurements', { queues: 1 })
const producer = mq.producer()
for (const value of [3, 5, 8, 13]) await producer.send({ topic: 'measurements', body: String(value) })

await using consumer = mq.pullConsumer({
  group: 'reports',
  subscribe: { measurements: '*' },
  startFrom: 'first',
})
let sum = 0
for await (const message of consumer) {
  sum += Number(message.text())
  console.log(`sum ${sum}`)
  if (sum === 29) break
}
// Asking for the next message marks the one before as done; after the last one, `commit` does.
await consumer.commit()
const [queue] = await admin.topics.queues('measurements')
console.log(`committed ${await admin.offsets.committed('reports', queue!)}`)

consumer.seek(queue!, 2)
const again = await consumer.poll({ messagesMax: 10, waitMs: 5_000 })
console.log(`again: ${again.map((message) => message.text()).join(', ')}`)
