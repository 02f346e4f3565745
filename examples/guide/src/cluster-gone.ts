/** The whole cluster is away: a service without a database keeps its messages in a journal on its disk. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from 'rocketeer/server'
import { openShop } from './shop.js'

await using shop = await openShop()
const { mq, clock, server, log } = shop
const journal = await mkdtemp(join(tmpdir(), 'journal-'))
const producer = mq.producer({ journal, sendTimeoutMs: 500 })

await server.close()
for (const order of ['order-137', 'order-138']) {
  const { status } = await producer.send({ topic: 'order-paid', key: order, body: '990' })
  log(`${order}: ${status}`)
}
await using _back = await startServer({
  clock,
  nameserverPort: server.nameserver.port,
  brokerPort: server.broker.port,
})
const drained = producer.journal.drained()
await clock.advance(10_000)
await drained
log(`waiting in the journal: ${producer.journal.status.messages}`)
await producer.close()
await rm(journal, { recursive: true })
