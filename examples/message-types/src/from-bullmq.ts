/** What a program for BullMQ looks like here. */
import { connect, retryLater, toDeadLetters } from 'rocketeer'
import { countDeadLetters } from 'rocketeer/dead-letters'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
mq.on('problem', (error) => console.log(`failed: ${error}`)) // worker.on('failed', …)

const done = new Promise<void>((resolve) => {
  // new Worker('mails', processor, { concurrency: 50 })
  mq.consumer({
    group: 'mailer',
    subscribe: { mails: '*' },
    startFrom: 'first',
    concurrency: 50,
    retriesMax: 3, // attempts: 4
    handle: (message) => {
      const { to } = message.json<{ to?: string }>()
      if (to === undefined) throw toDeadLetters(new Error('no address')) // UnrecoverableError
      if (message.reconsumeTimes === 0) throw retryLater({ delayLevel: 1 }) // a backoff of 1 s
      console.log(`mailed ${to}`)
      resolve()
    },
  })
})
const producer = mq.producer() // new Queue('mails')
await producer.send({ topic: 'mails', body: JSON.stringify({}) })
await producer.send({
  topic: 'mails',
  body: JSON.stringify({ to: 'ann@example.com' }),
  deliverAfterMs: 1_000,
}) // delay
await done
console.log(`${(await countDeadLetters(mq, 'mailer')).total} dead letter`) // getFailedCount()
