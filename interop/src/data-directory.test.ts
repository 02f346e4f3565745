import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '@rocketeer/client'
import { TemporaryDirectory } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { Peer, type PeerKind } from './peers/peer.js'
import { contentOf, readQueues } from './read-queues.js'

const TOPIC = 'carried-over'
const GROUP = 'carried-over-group'
const MESSAGES = 2_000
const QUEUES = 4
// Small, so that the messages fill several files, and the step from one file to the next is read as well.
const COMMIT_LOG_FILE_BYTES = 1024 * 1024
const properties = { mappedFileSizeCommitLog: COMMIT_LOG_FILE_BYTES }
/** Few enough for Apache on a busy machine: it refuses a request that has waited in its queue for 200 ms. */
const IN_FLIGHT = 16

// Each reads the files of the other: Java's preallocated ones, our padded ones, after both kinds of end.
describe.each<[PeerKind, PeerKind]>([
  ['ours', 'apache'],
  ['apache', 'ours'],
])('a data directory written by %s, read by %s', (writer, reader) => {
  it.each(['stop', 'kill'] as const)('after %s: every message and every consumer offset', async (end) => {
    await using folder = await TemporaryDirectory.create()
    const written = join(folder.path, 'written')
    const before = await fill(writer, written, end)
    expect([...before.messages.values()].flat()).toHaveLength(MESSAGES)

    const copy = join(folder.path, 'copy')
    await cp(written, copy, { recursive: true })
    await using peer = await Peer.start(reader, { storeDirectory: copy, properties })
    await using client = await connect({ nameservers: [peer.nameserver.address] })
    const messages = await readQueues(client, TOPIC)
    expect(contents(messages)).toEqual(contents(before.messages))

    const admin = client.admin()
    for (const queue of await admin.topics.queues(TOPIC)) {
      expect(await admin.offsets.committed(GROUP, queue)).toBe(before.offsets.get(queue.queueId))
    }
    const [byKey] = await admin.messages.byKey(TOPIC, 'key-77')
    expect(byKey?.text()).toContain('body-77 ')
    // New messages follow the old ones.
    const queue = (await admin.topics.queues(TOPIC))[0]!
    const receipt = await client.producer().send({ topic: TOPIC, body: 'next' }, { queue })
    expect(receipt.queueOffset).toBe(before.messages.get(queue.queueId)!.at(-1)!.queueOffset + 1)
  })
})

/** Sends messages, commits offsets of a group, ends the broker; returns the messages and offsets that it had. */
async function fill(kind: PeerKind, storeDirectory: string, end: 'stop' | 'kill') {
  await using peer = await Peer.start(kind, { storeDirectory, properties })
  await using client = await connect({ nameservers: [peer.nameserver.address] })
  const admin = client.admin()
  await admin.topics.create(TOPIC, { queues: QUEUES })
  await admin.groups.create(GROUP)
  const producer = client.producer()
  // Ours goes on behind these offsets, Apache's begins at 0 again.
  for (const queue of await admin.topics.queues(TOPIC))
    for (const body of ['deleted 1', 'deleted 2']) await producer.send({ topic: TOPIC, body }, { queue })
  await admin.topics.delete(TOPIC)
  await admin.topics.create(TOPIC, { queues: QUEUES })
  const queues = await admin.topics.queues(TOPIC)
  for (let first = 0; first < MESSAGES; first += IN_FLIGHT) {
    const indexes = Array.from({ length: IN_FLIGHT }, (_, step) => first + step)
    await Promise.all(
      indexes.map((index) => producer.send(messageOf(index), { queue: queues[index % QUEUES]! })),
    )
  }
  const offsets = new Map<number, number>()
  for (const queue of queues) {
    offsets.set(queue.queueId, 100 + queue.queueId)
    await admin.offsets.commit(GROUP, queue, 100 + queue.queueId)
  }
  const messages = await readQueues(client, TOPIC)
  // Both brokers persist consumer offsets every 5 s; a killed one keeps only the persisted offsets.
  if (end === 'kill') await new Promise((resolve) => setTimeout(resolve, 11_000))
  await peer.broker[end]()
  return { messages, offsets }
}

function messageOf(index: number) {
  return {
    topic: TOPIC,
    body: `body-${index} ${'x'.repeat(index % 2_000)}`,
    key: `key-${index}`,
    tag: index % 2 ? 'odd' : 'even',
    properties: { index: String(index) },
  }
}

function contents(queues: Awaited<ReturnType<typeof readQueues>>) {
  return [...queues]
    .sort(([a], [b]) => a - b)
    .map(([queueId, messages]) => [queueId, messages.map(contentOf)])
}
