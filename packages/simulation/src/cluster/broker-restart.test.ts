import { join } from 'node:path'
import type { Client } from '@rocketeer/client'
import { eventually, freePort, RocketeerBroker, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { OwnCluster } from '../own-cluster.js'

const TOPIC = 'orders'
/** More than the broker needs to start. */
const PATIENT = { timeoutMs: 20_000 }

let cluster: OwnCluster
let directory: TemporaryDirectory
let port: number
let broker: RocketeerBroker
let client: Client

beforeEach(async () => {
  cluster = await OwnCluster.start([])
  directory = await TemporaryDirectory.create()
  port = await freePort([-2])
  broker = await startBroker()
  client = await cluster.connect()
  await client.admin().topics.create(TOPIC, { queues: 2 })
}, 30_000)
afterEach(async () => {
  await client.close()
  await broker.close()
  await cluster[Symbol.asyncDispose]()
  await directory.remove()
})

function startBroker(): Promise<RocketeerBroker> {
  const storeDirectory = join(directory.path, 'store')
  return RocketeerBroker.start({ nameservers: cluster.addresses, storeDirectory, port })
}

it('sends of every kind wait for the only broker, which was killed and starts again, and store each message once', async () => {
  const producer = client.producer({ sendTimeoutMs: PATIENT.timeoutMs })
  const transactions = client.transactionProducer({ group: 'payments', check: async () => 'commit' })
  const { queue } = await producer.send({ topic: TOPIC, body: 'before' })
  await broker.kill()
  const sends = [
    producer.send({ topic: TOPIC, body: 'any' }),
    producer.send({ topic: TOPIC, body: 'of a key' }, { orderKey: 'order-17' }),
    producer.send({ topic: TOPIC, body: 'to a queue' }, { queue }),
    producer.sendBatch([
      { topic: TOPIC, body: 'batch 1' },
      { topic: TOPIC, body: 'batch 2' },
    ]),
    producer.sendOneway({ topic: TOPIC, body: 'one way' }),
    transactions.send({ topic: TOPIC, body: 'transaction' }, async () => 'commit', PATIENT),
  ]
  broker = await startBroker()
  await Promise.all(sends)
  const bodies = async () => {
    const found: string[] = []
    for (const queueId of [0, 1]) {
      const { messages } = await client.pull({ topic: TOPIC, brokerName: queue.brokerName, queueId }, 0)
      found.push(...messages.map((message) => message.text()))
    }
    return found.sort()
  }
  const sent = ['any', 'batch 1', 'batch 2', 'before', 'of a key', 'one way', 'to a queue', 'transaction']
  await eventually(async () => expect(await bodies()).toEqual(sent))
}, 60_000)

it('a request waits for its broker, which learns at once who asked, and gets its reply', async () => {
  const server = await cluster.connect()
  const replies = server.producer({ sendTimeoutMs: PATIENT.timeoutMs })
  const consumer = server.consumer({
    group: 'servers',
    subscribe: { [TOPIC]: '*' },
    startFrom: 'first',
    handle: (message) => replies.reply(message, `re: ${message.text()}`),
  })
  consumer.on('problem', () => {})
  await consumer.ready
  const producer = client.producer()
  const ask = (body: string) => producer.request({ topic: TOPIC, body }, PATIENT)
  expect((await ask('before')).text()).toBe('re: before')
  await broker.kill()
  const asked = ask('meanwhile')
  broker = await startBroker()
  expect((await asked).text()).toBe('re: meanwhile')
}, 60_000)
