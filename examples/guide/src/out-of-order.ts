/** A step of an order fails once: the others overtake it, or wait for it. */
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, log } = shop
const done: Record<string, string[]> = { concurrent: [], ordered: [] }
for (const ordered of [false, true]) {
  const group = ordered ? 'ordered' : 'concurrent'
  const consumer = mq.consumer({
    group,
    subscribe: { 'order-steps': '*' },
    startFrom: 'first',
    ordered,
    handle: (message) => {
      if (message.text() === 'paid' && message.reconsumeTimes === 0) throw new Error('the database blinked')
      done[group]!.push(message.text())
    },
  })
  await consumer.ready
}

const producer = mq.producer()
for (const step of ['created', 'paid', 'packed', 'shipped'])
  await producer.send({ topic: 'order-steps', key: 'order-137', body: step }, { orderKey: 'order-137' })
await clock.advance(60_000)
for (const [group, steps] of Object.entries(done)) log(`${group}: ${steps.join(' → ')}`)
