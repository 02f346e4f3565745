import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type TransactionCheck } from '@rocketeer/client'
import { eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { Peer, type PeerKind } from './peers/peer.js'

const TOPIC = 'payments'
const PRODUCERS = 'payers'
const OPEN = 20
// Short, so that open transactions are checked and stored again before the change of broker.
const properties = {
  transactionTimeOut: '1000',
  transactionCheckInterval: '1000',
  transactionOpBatchInterval: '100',
}

// Half messages, their copies and the operation log: each broker goes on with what the other left.
describe.each<[PeerKind, PeerKind]>([
  ['ours', 'apache'],
  ['apache', 'ours'],
  ['ours', 'ours'],
])('transactions begun on %s, ended on %s', (writer, reader) => {
  it.each(['stop', 'kill'] as const)('after %s', async (end) => {
    await using folder = await TemporaryDirectory.create()
    const written = join(folder.path, 'written')
    await begin(writer, written, end)

    const copy = join(folder.path, 'copy')
    await cp(written, copy, { recursive: true })
    await using peer = await Peer.start(reader, { storeDirectory: copy, properties })
    await using client = await connect({ nameservers: [peer.nameserver.address] })
    const delivered: string[] = []
    const handle = (message: { text(): string }) => {
      delivered.push(message.text())
    }
    client.consumer({ group: 'readers', subscribe: { [TOPIC]: '*' }, startFrom: 'first', handle })
    const asked = new Set<string>()
    const check: TransactionCheck = async (message) => {
      asked.add(message.text())
      return message.text().startsWith('commit') ? 'commit' : 'rollback'
    }
    client.transactionProducer({ group: PRODUCERS, topics: [TOPIC], check })
    const committed = ['commit-0', ...numbered(OPEN / 2).map((index) => `commit-open-${index}`)].sort()
    await eventually(() => expect([...new Set(delivered)].sort()).toEqual(committed), { withinMs: 60_000 })
    expect(asked.size).toBeGreaterThanOrEqual(OPEN)
    expect(asked).not.toContain('commit-0')
    expect(asked).not.toContain('rollback-0')
    // After a kill a transaction and its copy both lie in the queue, and Apache cannot tell that they are one.
    if (end === 'stop' || (writer === 'ours' && reader === 'ours')) {
      expect([...delivered].sort()).toEqual(committed)
    }
  })
})

/** Leaves one transaction committed, one rolled back, the others open and checked at least once; then the broker ends. */
async function begin(kind: PeerKind, storeDirectory: string, end: 'stop' | 'kill'): Promise<void> {
  await using peer = await Peer.start(kind, { storeDirectory, properties })
  await using client = await connect({ nameservers: [peer.nameserver.address] })
  await client.admin().topics.create(TOPIC, { queues: 2 })
  const asked = new Set<string>()
  const check: TransactionCheck = async (message) => {
    asked.add(message.text())
    return 'unknown'
  }
  const producer = client.transactionProducer({ group: PRODUCERS, check })
  await producer.send({ topic: TOPIC, body: 'commit-0' }, async () => 'commit')
  await producer.send({ topic: TOPIC, body: 'rollback-0' }, async () => 'rollback')
  for (const index of numbered(OPEN)) {
    const body = index < OPEN / 2 ? `commit-open-${index}` : `rollback-open-${index}`
    await producer.send({ topic: TOPIC, body }, async () => 'unknown')
  }
  await eventually(() => expect(asked.size).toBeGreaterThanOrEqual(OPEN), { withinMs: 60_000 })
  if (end === 'stop') await peer.broker.stop()
  else await peer.broker.kill()
}

function numbered(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
