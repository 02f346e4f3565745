import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Client, connect, type Message } from '@rocketeer/client'
import { ChildProgram, eventually } from '@rocketeer/test-kit'
import {
  BacklogMeter,
  discardBacklog,
  gatherSpread,
  restoreDiscarded,
  spreadBacklog,
} from '@rocketeer/toolkit/backlog'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, type PeerKind } from './peers/peer.js'
import type { SpreadOrders } from './programs/spread-worker.js'

const MESSAGES = 6_000
const KEYS = 200
const KILLS = 5

describe.each<PeerKind>(['ours', 'apache'])('a backlog on %s', (kind) => {
  let peer: Peer
  let client: Client
  beforeAll(async () => {
    peer = await Peer.start(kind)
    client = await connect({ nameservers: [peer.nameserver.address] })
  })
  afterAll(async () => {
    await client?.close()
    await peer?.close()
  })

  /** A topic with a backlog of a group, in order by key. */
  async function backlog(name: string, messages: number): Promise<{ group: string; topic: string }> {
    const [topic, group] = [`${name}_orders`, `${name}_coupon`]
    const { topics, groups, offsets } = client.admin()
    await topics.create(topic, { queues: 2 })
    await groups.create(group)
    await using producer = client.producer()
    const body = (i: number) => ({ topic, key: `order-${i % KEYS}`, body: `${i}` })
    for (let i = 0; i < messages; i += KEYS) {
      const queueOf = (half: number) => ({ brokerName: 'broker-a', queueId: half })
      for (const half of [0, 1]) {
        const mine = Array.from({ length: KEYS }, (_, j) => i + j).filter((n) => n % 2 === half)
        await producer.sendBatch(mine.map(body), { queue: queueOf(half) })
      }
    }
    for (const queue of await topics.queues(topic)) await offsets.commit(group, queue, 0)
    return { group, topic }
  }

  async function read(topic: string): Promise<Message[]> {
    const found: Message[] = []
    for (const queue of await client.admin().topics.queues(topic)) {
      const end = await client.admin().offsets.max(queue)
      for (let next = 0; next < end; ) {
        const { messages, nextOffset } = await client.pull(queue, next)
        found.push(...messages)
        next = Math.max(nextOffset, next + 1)
      }
    }
    return found
  }

  function startForwarder(orders: SpreadOrders): ChildProgram {
    const program = fileURLToPath(new URL('./programs/spread-worker.js', import.meta.url))
    const args = ['--enable-source-maps', program, JSON.stringify(orders)]
    return ChildProgram.start({ name: 'a forwarder', command: process.execPath, args })
  }

  it('is spread in order by key, and nothing is lost, while the forwarders are killed', async () => {
    const { group, topic } = await backlog('spread', MESSAGES)
    const orders = { nameservers: [peer.nameserver.address], group, topic }
    for (let kill = 0; kill < KILLS; kill++) {
      const forwarder = startForwarder(orders)
      await forwarder.until(() => forwarder.output.includes('ready') || undefined, { withinMs: 30_000 })
      // Time for a part of it only.
      await sleep(60 + kill * 40)
      forwarder.signal('SIGKILL')
      await forwarder.exited
    }
    const last = startForwarder(orders)
    // A heartbeat that Apache's broker handles after its connection broke makes a member of a process that is gone; for
    // two minutes half of the queues are its.
    await last.succeeded({ withinMs: 240_000 })
    const arrived = await read(`${topic}_wide`)
    console.log(`${kind}: ${arrived.length - MESSAGES} of ${MESSAGES} forwarded twice by ${KILLS} kills`)
    expect(new Set(arrived.map((message) => message.text())).size).toBe(MESSAGES)
    expect(new Set(arrived.map(({ queue }) => queue.queueId)).size).toBe(16)
    const seen = new Map<string, number>()
    const backwards: string[] = []
    const firsts = new Set<string>()
    for (const message of arrived) {
      // The second of two copies comes out of order; who tells duplicates by the id passes it over.
      if (firsts.has(message.messageId)) continue
      firsts.add(message.messageId)
      const [key, n] = [message.key!, Number(message.text())]
      if (n < (seen.get(key) ?? -1)) backwards.push(`${key}: ${n} after ${seen.get(key)}`)
      seen.set(key, n)
    }
    expect(backwards).toEqual([])
    expect((await client.admin().groups.progress(group, topic)).lag).toBe(0)

    // The members begin at the first forwarded message although they start when all are there.
    const got = new Set<string>()
    const members = client.consumer({
      group,
      subscribe: { [`${topic}_wide`]: '*' },
      handle: (message) => got.add(message.text()),
    })
    await eventually(() => expect(got.size).toBe(MESSAGES), { withinMs: 60_000, everyMs: 200 })
    await eventually(
      async () => expect((await client.admin().groups.progress(group, `${topic}_wide`)).lag).toBe(0),
      { withinMs: 30_000, everyMs: 500 },
    )
    await members.close()
    await eventually(() => gatherSpread(client, { group, topic }), { withinMs: 90_000, everyMs: 1_000 })
    expect(await client.admin().topics.list()).not.toContain(`${topic}_wide`)
  }, 420_000)

  it('is measured in messages, bytes and time, and shared by two forwarders', async () => {
    const { group, topic } = await backlog('measured', 2_000)
    const meter = new BacklogMeter(client, { group, topic })
    const [before] = (await meter.look()).topics
    expect(before).toMatchObject({ messages: 2_000, bytesAreExact: true })
    expect(before!.bytes).toBeGreaterThan(2_000 * 100)
    await using other = await connect({ nameservers: [peer.nameserver.address] })
    await using one = await spreadBacklog(client, { group, topic, queues: 8 })
    await using two = await spreadBacklog(other, { group, topic, queues: 8 })
    await Promise.all([one.done, two.done])
    const [after] = (await meter.look()).topics
    expect(after).toMatchObject({ messages: 0, secondsToDrain: 0 })
    expect(after!.rates!.outPerSecond).toBeGreaterThan(0)
    expect(new Set((await read(`${topic}_wide`)).map((message) => message.text())).size).toBe(2_000)
  })

  it('is discarded up to a time with a note of each message, and given back', async () => {
    const { group, topic } = await backlog('discarded', 1_000)
    await sleep(1_100)
    const time = Date.now()
    await using producer = client.producer()
    for (let i = 0; i < 10; i++) await producer.send({ topic, body: `late ${i}` })
    const directory = await mkdtemp(join(tmpdir(), 'backlog-'))
    try {
      const audit = join(directory, 'audit.jsonl')
      const options = { group, topic, olderThan: time }
      expect((await discardBacklog(client, { ...options, dryRun: true })).messages).toBe(1_000)
      expect((await discardBacklog(client, { ...options, audit })).messages).toBe(1_000)
      const lines = (await readFile(audit, 'utf8')).trim().split('\n')
      expect(lines).toHaveLength(1_002)
      expect((await client.admin().groups.progress(group, topic)).lag).toBe(10)
      const all = { group, topic, olderThan: 'last' as const, audit: join(directory, 'all.jsonl') }
      expect((await discardBacklog(client, all)).messages).toBe(10)
      await restoreDiscarded(client, audit)
      const got = new Set<string>()
      const member = client.consumer({
        group,
        subscribe: { [topic]: '*' },
        handle: (message) => got.add(message.text()),
      })
      await eventually(() => expect(got.size).toBe(1_010), { withinMs: 60_000, everyMs: 200 })
      await member.close()
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
