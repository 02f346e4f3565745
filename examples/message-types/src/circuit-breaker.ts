/** The coupon database is down for two hours: nothing is tried in vain, no retry is used up, and one bad message goes its own way. */
import { connect, ManualClock } from 'rocketeer'
import { CircuitBreaker } from 'rocketeer/circuit-breaker'
import { startServer } from 'rocketeer/server'

const clock = new ManualClock() // moved by hand, so that two hours take a second
await using server = await startServer({ clock })
await using mq = await connect({ nameservers: server.nameservers, clock })

let databaseIsUp = true
let attempts = 0
const granted: string[] = []
function grantCoupon(order: string, retries: number): void {
  attempts++
  if (!databaseIsUp) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  if (order === 'order-bad' && retries === 0) throw new Error('no such customer')
  granted.push(`${order} after ${retries} retries`)
}

await using breaker = new CircuitBreaker({
  name: 'coupons',
  probe: () => databaseIsUp, // or sqlProbe(database), httpProbe('http://coupons/health'), tcpProbe({ port: 3306 })
  clock,
})
breaker.on('problem', (error) => console.log(`problem: ${(error as Error).message}`))
mq.on('problem', () => undefined)
await using consumer = breaker.consumer(mq, {
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: (message) => grantCoupon(message.key!, message.reconsumeTimes),
})

databaseIsUp = false
const producer = mq.producer()
for (let i = 1; i <= 20; i++) await producer.send({ topic: 'order-paid', key: `order-${i}`, body: '990' })
await producer.send({ topic: 'order-paid', key: 'order-bad', body: '990' })
await consumer.ready
await clock.advance(2 * 60 * 60_000)
console.log(`${breaker.status.state} after two hours, ${attempts < 60 ? 'hardly' : 'too often'} tried`)

databaseIsUp = true
await clock.advance(60_000)
console.log(`${breaker.status.state}: ${granted.length} granted, for example ${granted[0]}`)
console.log(granted.find((line) => line.startsWith('order-bad')))
