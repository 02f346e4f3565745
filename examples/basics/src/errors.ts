/** What a caller gets to know when a call fails, and where one hears of what fails in the background. */
import { connect, isRocketeerError } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer({ autoCreateTopics: false })
await using mq = await connect({ nameservers: server.nameservers })
await mq.admin().topics.create('order-paid')
const producer = mq.producer()

// A call that fails throws an error with a code. Match the code: texts may become better.
try {
  await producer.send({ topic: 'order-payed', body: 'paid' })
} catch (error) {
  if (!isRocketeerError(error, 'NO_ROUTE')) throw error
  console.log(error.code, 'for', error.details.topic, error.retryable ? '(may succeed later)' : '')
}
try {
  await producer.send({ topic: 'order-paid', body: '' })
} catch (error) {
  console.log(isRocketeerError(error) ? `${error.code}: ${error.message}` : error)
}

// What fails in the background has no caller: it is a problem.
const problem = new Promise<void>((resolve) => {
  mq.on('problem', (error, source) => {
    console.log('problem:', source.part, source.group, source.topic, String(error))
    resolve()
  })
})
mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: () => {
    throw new Error('the coupon database is down')
  },
})
await producer.send({ topic: 'order-paid', key: 'order-1', body: 'paid' })
await problem
