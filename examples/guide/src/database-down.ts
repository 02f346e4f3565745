/** The coupon database is down for a night: an order becomes a dead letter, and gets its coupon when it is back. */
import { countDeadLetters, DeadLetterWorker } from 'rocketeer/dead-letters'
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, log } = shop

let databaseIsUp = false
await using consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: (message) => {
    log(`${message.key}, delivery ${message.reconsumeTimes + 1}, replay ${message.replayTimes}`)
    if (!databaseIsUp) throw new Error('the coupon database is down')
    log(`${message.key} has its coupon`)
  },
})
await consumer.ready
await mq.producer().send({ topic: 'order-paid', key: 'order-137', body: '990' })
await clock.advance(5 * 60 * 60_000)
log(`dead letters: ${(await countDeadLetters(mq, 'coupon')).left}`)

await using worker = new DeadLetterWorker(mq, { groups: 'coupon', probe: () => databaseIsUp, clock })
await clock.advance(60_000)
log(`the database is ${worker.status.health.state}`)
databaseIsUp = true
await clock.advance(60_000)
log(`consumed after a replay: ${(await worker.counts()).consumed}`)
