/** The coupon database was down for a night: its dead letters are given again when it answers, and one bad one is parked. */
import { connect, ManualClock } from 'rocketeer'
import { DeadLetterWorker } from 'rocketeer/dead-letters'
import { startServer } from 'rocketeer/server'

const clock = new ManualClock() // moved by hand, so that the night takes a second
await using server = await startServer({ clock })
await using mq = await connect({ nameservers: server.nameservers, clock })
mq.on('problem', () => undefined)

let databaseIsUp = false
const granted: string[] = []
await using consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  retriesMax: 1, // 16 unless given, which takes five hours
  handle: (message) => {
    if (!databaseIsUp) throw new Error('the coupon database is down')
    if (message.key === 'order-bad') throw new Error('no such customer')
    granted.push(message.key!)
  },
})
await consumer.ready
const producer = mq.producer()
for (let i = 1; i <= 20; i++) await producer.send({ topic: 'order-paid', key: `order-${i}`, body: '990' })
await producer.send({ topic: 'order-paid', key: 'order-bad', body: '990' })
await clock.advance(60_000)

await using worker = new DeadLetterWorker(mq, {
  groups: 'coupon',
  probe: () => databaseIsUp, // or sqlProbe(database), httpProbe('http://coupons/health'), tcpProbe({ port: 3306 })
  // outcomes: sqlOutcomes(database), a table that several workers and a console share
  clock,
})
worker.on('problem', (error) => console.log(`problem: ${(error as Error).message}`))
await clock.advance(5 * 60_000)
console.log(`${worker.status.health.state}: ${granted.length} granted`)

databaseIsUp = true
await clock.advance(30 * 60_000)
const { consumed, parked } = await worker.counts()
console.log(
  `${worker.status.health.state}: ${granted.length} granted, ${consumed} consumed, ${parked} parked`,
)

const [bad] = await worker.outcomes({ state: 'parked' })
await worker.drop({ messageId: bad!.messageId, reason: 'the customer has left' })
console.log(`${bad!.key} is ${(await worker.outcomes({ state: 'dropped' }))[0]!.state}`)
