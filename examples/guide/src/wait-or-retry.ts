/** The coupon database is down for an hour: one group burns its retries, the other one waits behind a breaker. */
import type { ConsumerOptions } from 'rocketeer'
import { CircuitBreaker } from 'rocketeer/circuit-breaker'
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, log } = shop
let databaseIsUp = false
const attempts = { retrying: 0, waiting: 0 }
const granted = { retrying: 0, waiting: 0 }
const coupons = (group: 'retrying' | 'waiting'): ConsumerOptions => ({
  group,
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: () => {
    attempts[group]++
    if (!databaseIsUp) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    granted[group]++
  },
})

await using breaker = new CircuitBreaker({ name: 'coupons', probe: () => databaseIsUp, clock })
breaker.on('problem', () => log(`the breaker is ${breaker.status.state}`))
const retrying = mq.consumer(coupons('retrying'))
const waiting = breaker.consumer(mq, coupons('waiting'))
await Promise.all([retrying.ready, waiting.ready])

const producer = mq.producer()
for (let i = 131; i <= 150; i++) await producer.send({ topic: 'order-paid', key: `order-${i}`, body: '990' })
await clock.advance(60 * 60_000)
log(`attempts: ${attempts.retrying} retrying, ${attempts.waiting} waiting`)
databaseIsUp = true
for (const minutes of [1, 15]) {
  await clock.advance(minutes * 60_000)
  log(`granted: ${granted.retrying} retrying, ${granted.waiting} waiting`)
}
