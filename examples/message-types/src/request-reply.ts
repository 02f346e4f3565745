/** Asks a service a question through the broker and waits for its answer. */
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
await using service = await connect({ nameservers: server.nameservers })
await using mq = await connect({ nameservers: server.nameservers })
await service.admin().topics.create('price-requests')

const prices: Record<string, number> = { apples: 199, pears: 249 }
const answers = service.producer({ group: 'price-service' })
await service.consumer({
  group: 'price-service',
  subscribe: { 'price-requests': '*' },
  handle: async (request) => {
    const cents = prices[request.text()]
    // Without a reply the requester waits for its whole timeout: say that there is none, instead.
    await answers.reply(request, JSON.stringify({ cents: cents ?? null }))
  },
}).ready

const producer = mq.producer()
for (const fruit of ['apples', 'plums']) {
  const reply = await producer.request({ topic: 'price-requests', body: fruit }, { timeoutMs: 10_000 })
  console.log(`${fruit}: ${reply.text()}`)
}
