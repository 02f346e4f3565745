/**
 * One topic, several kinds of messages: consumers subscribe to the tags they want.
 *
 * Guaranteed: a consumer's handler sees only messages with a tag it asked for.
 * Not guaranteed: anything, if members of one group subscribe differently; the group then loses messages. All members of
 * a group must subscribe to the same topics and tags.
 */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })

await using producer = mq.producer()
for (const tag of ['coupon', 'points', 'vip', 'coupon']) {
  await producer.send({ topic: 'order-paid', tag, body: `an order for ${tag}` })
}

const seen: string[] = []
const three = new Promise<void>((resolve) => {
  mq.consumer({
    group: 'coupon',
    subscribe: { 'order-paid': 'coupon || vip' },
    startFrom: 'first',
    handle: (message) => {
      seen.push(message.tag ?? '')
      if (seen.length === 3) resolve()
    },
  })
})
await three
console.log(seen.sort().join(' '))
