/**
 * Two messages fail three times each and become dead letters, which say of every attempt why it failed. Takes a second,
 * because the clock is moved by hand.
 *
 * Guaranteed: what a consumer noted of a failed attempt goes with the message, bounded, to its retries and dead letter.
 * Not guaranteed: that every attempt is there. Where there is no room, those between the first and the last are left out.
 */
import { connect, ManualClock } from 'rocketeer'
import { startServer } from 'rocketeer/server'

const clock = new ManualClock()
await using server = await startServer({ clock })
await using mq = await connect({ nameservers: server.nameservers, clock })
mq.on('problem', () => {})

await using producer = mq.producer()
for (const key of ['order-1', 'order-2']) await producer.send({ topic: 'order-paid', key, body: 'a coupon' })
await using consumer = mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  retriesMax: 2,
  failureHistory: {
    // Texts may hold what must not be stored, such as numbers of cards.
    describe: (_error, _message, { name, message }) => ({ name, message: message.replace(/\d{16}/, '****') }),
  },
  handle: (message) => {
    if (message.reconsumeTimes === 0) throw new Error('the coupon database is down')
    throw new RangeError(`no coupon for ${message.key}, paid with 4111111111111111`)
  },
})

const { deadLetters, groups } = mq.admin()
while ((await groups.deadLetters('coupon')).messages < 2) await clock.advance(1_000)
for await (const { message, failures } of deadLetters.read('coupon')) {
  for (const { error, reconsumeTimes } of failures.attempts)
    console.log(`${message.key}, delivery ${reconsumeTimes + 1}: ${error.name}: ${error.message}`)
}
for (const { count, error } of (await deadLetters.causes('coupon')).causes)
  console.log(`${count} died of ${error.name}: ${error.message}`)
await consumer.close()
