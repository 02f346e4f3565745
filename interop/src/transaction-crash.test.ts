import { type Client, connect, type TransactionCheck, type TransactionProducer } from '@rocketeer/client'
import {
  eventually,
  freePort,
  RocketeerBroker,
  RocketeerNameserver,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { readQueues } from './read-queues.js'

const TOPIC = 'payments'
const QUEUES = 2
const ROUNDS = 3
const OPEN = 40
const LANES = 8
const properties = {
  mappedFileSizeCommitLog: 1024 * 1024,
  transactionTimeOut: 1_000,
  transactionCheckInterval: 1_000,
  transactionCheckMax: 100,
}

describe.each(['ASYNC_FLUSH', 'SYNC_FLUSH'])('transactions and SIGKILL, %s', (flushDiskType) => {
  it('between half message and commit: each ends as its producer says, and a delivered message stays', async () => {
    await using data = await TemporaryDirectory.create()
    await using nameserver = await RocketeerNameserver.start()
    const port = await freePort([-2])
    const start = () =>
      RocketeerBroker.start({
        nameservers: [nameserver.address],
        storeDirectory: data.path,
        port,
        properties: { ...properties, flushDiskType },
      })
    await using client = await connect({ nameservers: [nameserver.address] })
    const shop = new Shop(client)
    let broker = await start()
    try {
      await client.admin().topics.create(TOPIC, { queues: QUEUES })
      for (let round = 0; round < ROUNDS; round++) {
        await shop.leaveOpen(round)
        await shop.commitAndSee(round)
        const before = shop.stored
        const committing = shop.commitUntilKilled(round)
        await eventually(() => shop.stored > before + OPEN, { everyMs: 5 })
        await broker.kill()
        await committing
        await broker.close()
        broker = await start()
        await shop.expectDelivered()
      }
      await eventually(() => shop.expectEnded(), { withinMs: 60_000, everyMs: 500 })
      console.log(`${flushDiskType}: ${await shop.figures()}`)
    } finally {
      await broker.close()
    }
  })
})

/** Begins transactions, and knows how each has to end. */
class Shop {
  readonly #client: Client
  readonly #producer: TransactionProducer
  /** By body: the outcome in the producer's database, known once the half message is acknowledged. */
  readonly #outcomes = new Map<string, 'commit' | 'rollback'>()
  readonly #stored = new Set<string>()
  /** Bodies that a reader has seen before a kill. */
  readonly #delivered = new Set<string>()
  #asked = 0

  constructor(client: Client) {
    this.#client = client
    const check: TransactionCheck = async (message) => {
      this.#asked++
      return this.#outcomes.get(message.text()) ?? 'rollback'
    }
    this.#producer = client.transactionProducer({ group: 'payers', topics: [TOPIC], check })
  }

  /** Half messages that were acknowledged. */
  get stored(): number {
    return this.#stored.size
  }

  /** Leaves half messages without an outcome, as a producer that died does: the broker has to ask. */
  async leaveOpen(round: number): Promise<void> {
    const bodies = Array.from({ length: OPEN }, (_, index) => `open ${round}/${index}`)
    await Promise.all(
      bodies.map((body, index) => this.#send(body, index % 2 ? 'commit' : 'rollback', 'unknown')),
    )
  }

  /** Commits messages and sees them in the topic, where they have to stay. */
  async commitAndSee(round: number): Promise<void> {
    const bodies = Array.from({ length: OPEN }, (_, index) => `seen ${round}/${index}`)
    await Promise.all(bodies.map((body) => this.#send(body, 'commit', 'commit')))
    await eventually(async () => {
      const there = await this.#countByBody()
      expect(bodies.filter((body) => !there.has(body))).toEqual([])
    })
    for (const body of bodies) this.#delivered.add(body)
  }

  /** Commits until the broker dies, between some half messages and their outcomes. */
  async commitUntilKilled(round: number): Promise<void> {
    const lane = async (name: number) => {
      for (let index = 0; ; index++) {
        const outcome = index % 3 ? 'commit' : 'rollback'
        await this.#send(`killed ${round}/${name}/${index}`, outcome, outcome)
      }
    }
    // Each lane ends with the send that the kill makes fail.
    await Promise.allSettled(Array.from({ length: LANES }, (_, name) => lane(name)))
  }

  async expectDelivered(): Promise<void> {
    const there = await eventually(() => this.#countByBody())
    expect([...this.#delivered].filter((body) => !there.has(body))).toEqual([])
  }

  async expectEnded(): Promise<void> {
    const there = await this.#countByBody()
    const missing = [...this.#stored].filter(
      (body) => this.#outcomes.get(body) === 'commit' && !there.has(body),
    )
    expect(missing).toEqual([])
    expect([...there.keys()].filter((body) => this.#outcomes.get(body) !== 'commit')).toEqual([])
  }

  async figures(): Promise<string> {
    const counts = [...(await this.#countByBody()).values()]
    const twice = counts.filter((count) => count > 1).length
    // Once for each kill that took the note of the end from the broker's memory.
    expect(Math.max(...counts)).toBeLessThanOrEqual(1 + ROUNDS)
    return `${this.#stored.size} halves stored over ${ROUNDS} kills, ${counts.length} messages delivered, ${twice} of them more than once, ${this.#asked} checks`
  }

  async #send(
    body: string,
    outcome: 'commit' | 'rollback',
    told: 'commit' | 'rollback' | 'unknown',
  ): Promise<void> {
    const run = async () => {
      this.#stored.add(body)
      this.#outcomes.set(body, outcome)
      return told
    }
    await this.#producer.send({ topic: TOPIC, body }, run)
  }

  /** How often each message is in the topic. */
  async #countByBody(): Promise<Map<string, number>> {
    const counts = new Map<string, number>()
    for (const message of [...(await readQueues(this.#client, TOPIC)).values()].flat()) {
      counts.set(message.text(), (counts.get(message.text()) ?? 0) + 1)
    }
    return counts
  }
}
