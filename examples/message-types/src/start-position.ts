/** One group begins at the first message, another at a time; then the first is reset while it runs. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const producer = mq.producer()
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
for (const body of ['monday', 'tuesday']) await producer.send({ topic: 'reports', body })
await pause(10)
const wednesday = new Date()
for (const body of ['wednesday', 'thursday']) await producer.send({ topic: 'reports', body })

/** Starts a group; the returned function resolves with the bodies received since its last call, once there are `count`. */
function start(group: string, startFrom: 'first' | 'last' | Date) {
  const bodies: string[] = []
  mq.consumer({
    group,
    subscribe: { reports: '*' },
    startFrom,
    persistOffsetIntervalMs: 50, // 5 s when left out
    handle: (message) => void bodies.push(message.text()),
  })
  return async (count: number) => {
    while (bodies.length < count) await pause(10)
    return bodies.splice(0).sort().join(', ')
  }
}

const archive = start('archive', 'first')
console.log('from the first:', await archive(4))
console.log('from wednesday:', await start('week-end', wednesday)(2))

const admin = mq.admin()
while ((await admin.groups.progress('archive', 'reports')).lag > 0) await pause(50)
const plan = await admin.offsets.planReset('archive', 'reports', wednesday)
console.log(
  'a reset would give again:',
  plan.map(({ again }) => again).reduce((sum, n) => sum! + n!, 0),
)
await admin.offsets.reset('archive', 'reports', wednesday)
console.log('after the reset:', await archive(2))
