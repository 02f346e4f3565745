import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, connect } from '@rocketeer/client'
import { eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { Peer, type PeerKind } from './peers/peer.js'
import { readQueues } from './read-queues.js'

const TOPIC = 'timed-takeover'
const properties = { mappedFileSizeCommitLog: 1024 * 1024, recallMessageEnable: 'true' }

// Both keep timer messages in the same topic, and each reads the other's checkpoint.
describe.each<[PeerKind, PeerKind]>([
  ['ours', 'apache'],
  ['apache', 'ours'],
])('timer messages of %s, taken over by %s', (first, second) => {
  it('arrive when their time has come, recalled ones never, delivered ones not again', async () => {
    await using folder = await TemporaryDirectory.create()
    const storeDirectory = folder.path
    await wait(first, storeDirectory)
    await using peer = await Peer.start(second, { storeDirectory, properties })
    await using client = await connect({ nameservers: [peer.nameserver.address] })
    await eventually(async () => (await bodies(client)).length === 3, { withinMs: 60_000 })
    expect(await bodies(client)).toEqual(['at once', 'delivered', 'waits'])
  })
})

async function wait(kind: PeerKind, storeDirectory: string): Promise<void> {
  await using peer = await Peer.start(kind, { storeDirectory, properties })
  await using client = await connect({ nameservers: [peer.nameserver.address] })
  await client.admin().topics.create(TOPIC, { queues: 1 })
  const producer = client.producer()
  await producer.send({ topic: TOPIC, body: 'at once' })
  await producer.send({ topic: TOPIC, body: 'delivered', deliverAfterMs: 1000 })
  const { recallHandle } = await producer.send({ topic: TOPIC, body: 'recalled', deliverAfterMs: 14_000 })
  await producer.send({ topic: TOPIC, body: 'waits', deliverAfterMs: 15_000 })
  await producer.recall(TOPIC, recallHandle!)
  await eventually(async () => (await bodies(client)).length === 2, { withinMs: 10_000 })
  // Apache writes its checkpoint once a second.
  await sleep(2500)
  await peer.broker.stop()
}

async function bodies(client: Client): Promise<string[]> {
  const queues = await readQueues(client, TOPIC)
  return [...queues.values()].flat().map((message) => message.text())
}
