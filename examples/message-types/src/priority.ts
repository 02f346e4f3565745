/** A support desk that takes the most urgent ticket next whenever it has finished one. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const admin = mq.admin()
await admin.topics.create('tickets', { queues: 3, type: 'PRIORITY' }) // priorities 0, 1 and 2
await admin.groups.create('support')
await admin.groups.setRequestMode('support', 'tickets', { mode: 'POP' })

const producer = mq.producer()
for (const [body, priority] of [
  ['a wish', 0],
  ['a question', 1],
  ['an outage', 2],
  ['another wish', 0],
  ['the second outage', 9], // more than there are queues: it shares the last one
] as const)
  await producer.send({ topic: 'tickets', body, priority })

let through = 0
let allDone = () => {}
const done = new Promise<void>((resolve) => {
  allDone = resolve
})
await using _consumer = mq.consumer({
  group: 'support',
  subscribe: { tickets: '*' },
  startFrom: 'first',
  assignedBy: 'broker',
  concurrency: 1,
  popBatchSize: 1,
  popThresholdMessages: 1, // the next one is chosen when this one is done, not before
  handle: (message) => {
    console.log(`${message.priority}: ${message.text()}`)
    if (++through === 5) allDone()
  },
})
await done
