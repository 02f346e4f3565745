/** Two members convert the photos of one queue: a slow member delays the photo it has, and no other. */
import { connect, retryLater } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
await using other = await connect({ nameservers: server.nameservers })
const admin = mq.admin()
await admin.topics.create('photos', { queues: 1 })
await admin.groups.create('converter')
await admin.groups.setRequestMode('converter', 'photos', { mode: 'POP' }) // or: rocketeer group mode converter photos pop

const done: string[] = []
let allOthersDone = () => {}
const others = new Promise<void>((resolve) => {
  allOthersDone = resolve
})
const members = [mq, other].map((client) =>
  client.consumer({
    group: 'converter',
    subscribe: { photos: '*' },
    startFrom: 'first',
    assignedBy: 'broker', // the broker assigns queues, and decides whether to pull or pop
    popInvisibleMs: 60_000, // a killed member's messages are delivered again after this time
    popThresholdMessages: 1, // takes the next photo when it has finished one
    handle: async (message) => {
      if (message.key === 'panorama') await others
      if (message.key === 'blurred' && message.reconsumeTimes === 0) throw retryLater({ afterMs: 300 })
      done.push(message.key!)
      console.log(`${message.key} converted, after ${message.reconsumeTimes} retries`)
      if (done.length === 9) allOthersDone()
    },
  }),
)
await Promise.all(members.map((member) => member.ready))

const producer = mq.producer()
for (const key of ['panorama', 'blurred', ...Array.from({ length: 8 }, (_, i) => `photo-${i}`)])
  await producer.send({ topic: 'photos', key, body: '…' })
while (members.reduce((sum, member) => sum + member.popCounts.acknowledged, 0) < 10)
  await new Promise((resolve) => setTimeout(resolve, 50))
console.log(`the last was ${done.at(-1)}`)
