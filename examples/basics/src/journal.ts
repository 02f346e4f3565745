/**
 * A producer that has no database to keep its messages in, and loses none while its whole cluster is down.
 *
 * Guaranteed: a message whose receipt says JOURNALED is on the local disk, and is delivered in order when a broker is back.
 * Not guaranteed: exactly once; consumers recognise a double by its message id.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

const directory = await mkdtemp(join(tmpdir(), 'journal-'))
const server = await startServer({ directory: join(directory, 'broker') })
await using mq = await connect({ nameservers: server.nameservers, startOffline: true })
mq.on('problem', () => {})

const producer = mq.producer({ journal: join(directory, 'journal'), sendTimeoutMs: 500 })
const pay = async (order: string) => {
  const receipt = await producer.send({ topic: 'order-paid', key: order, body: order })
  if (receipt.status === 'JOURNALED') console.log(order, 'waits in the journal')
  else console.log(order, 'is at offset', receipt.queueOffset)
}
await pay('order-1')

// The whole cluster goes down, and comes back.
await server.close()
await pay('order-2')
await pay('order-3')
console.log(producer.journal.status.state, producer.journal.status.messages)
await using _again = await startServer({
  directory: join(directory, 'broker'),
  nameserverPort: server.nameserver.port,
  brokerPort: server.broker.port,
})
await producer.journal.drained()
console.log('in the journal:', producer.journal.status.messages)
await pay('order-4')
