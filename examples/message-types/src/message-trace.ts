/** Clients trace what they do with a message; anybody can read the trace later. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer({ createTraceTopic: true, delayLevels: '1s 2s' })
const mq = await connect({ nameservers: server.nameservers, trace: true })
mq.on('problem', (error) => console.log(`reported: ${error}`))

await new Promise<void>((resolve) => {
  let databaseIsUp = false
  mq.consumer({
    group: 'coupon',
    subscribe: { 'order-paid': '*' },
    startFrom: 'first',
    handle: () => {
      if (databaseIsUp) return resolve()
      databaseIsUp = true
      throw new Error('the coupon database is down')
    },
  })
  void mq
    .producer({ group: 'shop' })
    .send({ topic: 'order-paid', key: 'order-1', body: 'one coupon, please' })
})
await mq.close() // waits for the handler, then sends the rest of the trace

await using operator = await connect({ nameservers: server.nameservers })
for (const trace of await operator.admin().messages.traces('order-1')) {
  const outcome = 'success' in trace ? (trace.success ? ' success' : ' failed') : ''
  console.log(`${trace.type} ${trace.groupName}${outcome}`)
}
