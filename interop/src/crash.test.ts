import { setMaxListeners } from 'node:events'
import { type Client, connect, type SendReceipt } from '@rocketeer/client'
import { freePort, RocketeerBroker, RocketeerNameserver, TemporaryDirectory } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { readQueues } from './read-queues.js'

const TOPIC = 'crash'
const QUEUES = 4
const ROUNDS = 6
const IN_FLIGHT = 64
const KILL_AFTER_MIN_MS = 300
const KILL_AFTER_MAX_MS = 1_500
const COMMIT_LOG_FILE_BYTES = 4 * 1024 * 1024

interface Acknowledged {
  queueId: number
  queueOffset: number
  body: string
}

interface SendingRound {
  round: number
  /** Aborted once the broker is gone. */
  killed: AbortSignal
  acknowledged: Acknowledged[]
  /** Bodies that were tried, acknowledged or not. */
  sent: Set<string>
}

describe.each(['ASYNC_FLUSH', 'SYNC_FLUSH'])('SIGKILL at random moments, %s', (flushDiskType) => {
  it('every acknowledged message is there, at the offset of its receipt, in order', async () => {
    await using data = await TemporaryDirectory.create()
    await using nameserver = await RocketeerNameserver.start()
    const port = await freePort([-2])
    const start = () =>
      RocketeerBroker.start({
        nameservers: [nameserver.address],
        storeDirectory: data.path,
        port,
        properties: {
          flushDiskType,
          mappedFileSizeCommitLog: COMMIT_LOG_FILE_BYTES,
          defaultTopicQueueNums: QUEUES,
        },
      })
    const acknowledged: Acknowledged[] = []
    const sent = new Set<string>()
    for (let round = 0; round < ROUNDS; round++) {
      await using broker = await start()
      await using client = await connect({ nameservers: [nameserver.address] })
      if (round === 0) await client.admin().topics.create(TOPIC, { queues: QUEUES })
      else await expectAll(client, acknowledged, sent)
      const before = acknowledged.length
      const killed = new AbortController()
      setMaxListeners(IN_FLIGHT, killed.signal)
      const sending = sendUntilKilled(client, { round, killed: killed.signal, acknowledged, sent })
      await new Promise((resolve) => setTimeout(resolve, randomBetween(KILL_AFTER_MIN_MS, KILL_AFTER_MAX_MS)))
      await broker.kill()
      killed.abort()
      await sending
      expect(acknowledged.length).toBeGreaterThan(before)
    }
    await using broker = await start()
    await using client = await connect({ nameservers: [nameserver.address] })
    await expectAll(client, acknowledged, sent)
    await broker.stop()
    console.log(
      `${flushDiskType}: ${acknowledged.length} acknowledged messages over ${ROUNDS} kills, none lost`,
    )
  })
})

/** Keeps sends in flight until the broker is gone; remembers what was tried and what was acknowledged. */
async function sendUntilKilled(
  client: Client,
  { round, killed, acknowledged, sent }: SendingRound,
): Promise<void> {
  const queues = await client.admin().topics.queues(TOPIC)
  const producer = client.producer({ sendRetriesMax: 0 })
  const loops = Array.from({ length: IN_FLIGHT }, async (_, loop) => {
    const queue = queues[loop % queues.length]!
    for (let index = 0; !killed.aborted; index++) {
      const body = `${round}/${loop}/${index} ${'#'.repeat((index * 97) % 3_000)}`
      sent.add(body)
      const receipt = await trySend(() => producer.send({ topic: TOPIC, body }, { queue, signal: killed }))
      if (!receipt) return
      acknowledged.push({ queueId: receipt.queue.queueId, queueOffset: receipt.queueOffset, body })
    }
  })
  await Promise.all(loops)
}

/** Undefined when the broker is gone: then the message may or may not have been stored. */
function trySend(send: () => Promise<SendReceipt>): Promise<SendReceipt | undefined> {
  return send().catch(() => undefined)
}

async function expectAll(client: Client, acknowledged: readonly Acknowledged[], sent: ReadonlySet<string>) {
  const stored = await readQueues(client, TOPIC)
  for (const [, messages] of stored) {
    // Offsets have no gap, and each message is one that was sent, whole and not twice.
    expect(messages.map((message) => message.queueOffset)).toEqual(messages.map((_, index) => index))
    for (const message of messages) {
      if (!sent.has(message.text())) throw new Error(`nobody sent the message at ${message.queueOffset}`)
    }
    expect(new Set(messages.map((message) => message.text())).size).toBe(messages.length)
  }
  for (const { queueId, queueOffset, body } of acknowledged) {
    const message = stored.get(queueId)?.[queueOffset]
    if (message?.text() !== body) {
      throw new Error(`acknowledged at ${queueId}/${queueOffset} but not there: ${body.slice(0, 40)}`)
    }
  }
}

function randomBetween(min: number, max: number): number {
  return min + Math.random() * (max - min)
}
