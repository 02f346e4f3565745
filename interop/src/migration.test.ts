import { fileURLToPath } from 'node:url'
import { type Client, connect, type Message } from '@rocketeer/client'
import { type BrokerProcess, ChildProgram, eventually } from '@rocketeer/test-kit'
import {
  compareTopics,
  copyMissing,
  type DoubleReader,
  doubleRead,
  migrateTopics,
  migrationStatus,
  translateOffsets,
} from '@rocketeer/toolkit/migration'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, type PeerKind, startBroker } from './peers/peer.js'
import type { MigrationOrders } from './programs/migration-writer.js'

const TOPIC = 'order-paid'
const GROUP = 'coupon'
const WITHIN_MS = 60_000

const directions: readonly (readonly [PeerKind, PeerKind])[] = [
  ['ours', 'apache'],
  ['apache', 'ours'],
  ['apache', 'apache'],
]

describe.each(directions)('a migration from %s to %s', (fromKind, toKind) => {
  let old: Peer
  let fresh: Peer
  let from: Client
  let to: Client
  let restarted: BrokerProcess | undefined
  beforeAll(async () => {
    old = await Peer.start(fromKind, { brokerName: 'broker-old' })
    fresh = await Peer.start(toKind, { brokerName: 'broker-new' })
    from = await connect({ nameservers: [old.nameserver.address] })
    to = await connect({ nameservers: [fresh.nameserver.address] })
    for (const client of [from, to]) client.on('problem', () => undefined)
  })
  afterAll(async () => {
    await Promise.all([from?.close(), to?.close()])
    await restarted?.close()
    await Promise.all([old?.close(), fresh?.close()])
  })

  /** Orders that a producer was told are stored. */
  const stored = new Set<string>()
  /** By order: how often it had its effect. */
  const effects = new Map<string, number>()
  /** What stands for the table of an inbox. */
  const inbox = new Set<string>()
  let shadows = 0

  /** A writer in a process of its own, once it has stored some orders. */
  async function write(name: string, inCharge: MigrationOrders['inCharge'], orders: number) {
    const program = fileURLToPath(new URL('./programs/migration-writer.js', import.meta.url))
    const given: MigrationOrders = {
      ...{ from: [old.nameserver.address], to: [fresh.nameserver.address] },
      ...{ topic: TOPIC, name, inCharge },
    }
    const args = ['--enable-source-maps', program, JSON.stringify(given)]
    const writer = ChildProgram.start({ name: `writer ${name}`, command: process.execPath, args })
    await stores(writer, orders)
    return writer
  }

  const storedBy = (writer: ChildProgram) => writer.output.filter((line) => line.startsWith('stored '))

  async function stores(writer: ChildProgram, orders: number): Promise<void> {
    await writer.until(() => storedBy(writer).length >= orders || undefined, { withinMs: WITHIN_MS })
  }

  /** Ends a writer, and keeps what it was told is stored. */
  async function end(writer: ChildProgram, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    writer.signal(signal)
    await writer.exited
    for (const line of storedBy(writer)) stored.add(line.slice('stored '.length))
  }

  function read(): Promise<DoubleReader> {
    return doubleRead({
      from,
      to,
      lookIntervalMs: 200,
      consumer: {
        group: GROUP,
        subscribe: { [TOPIC]: '*' },
        startFrom: 'first',
        persistOffsetIntervalMs: 500,
        handle: ({ key, messageId }: Message) => {
          if (inbox.has(messageId)) return
          inbox.add(messageId)
          effects.set(key!, (effects.get(key!) ?? 0) + 1)
        },
      },
      shadow: () => {
        shadows++
      },
    })
  }

  it('loses no order and doubles no effect, whoever is killed', async () => {
    await from.admin().topics.create(TOPIC, { queues: 4 })
    await from.admin().groups.create(GROUP)
    await migrateTopics({ from, to }, { topics: [TOPIC] })
    await to.admin().groups.create(GROUP)
    await eventually(() => to.admin().topics.queues(TOPIC), { withinMs: WITHIN_MS })
    const reader = await read()
    reader.on('problem', () => undefined)
    const since = Date.now() - 1_000

    // A writer is killed, and another one writes while the new cluster is away.
    await end(await write('a', 'from', 100), 'SIGKILL')
    const second = await write('b', 'from', 20)
    const { port, storeDirectory } = fresh.broker
    await fresh.broker.kill()
    await second.until(() => second.output.some((line) => line.startsWith('missed ')) || undefined, {
      withinMs: WITHIN_MS,
    })
    await stores(second, storedBy(second).length + 50)
    const nameservers = [fresh.nameserver.address]
    restarted = await startBroker(toKind, { brokerName: 'broker-new', nameservers, port, storeDirectory })
    await eventually(() => to.admin().offsets.max({ topic: TOPIC, brokerName: 'broker-new', queueId: 0 }), {
      withinMs: WITHIN_MS,
    })
    await stores(second, storedBy(second).length + 50)
    await end(second, 'SIGKILL')

    const range = { topic: TOPIC, since, until: Date.now() + 1_000 }
    const before = await compareTopics({ from, to }, range)
    expect(before).toMatchObject({ extra: 0, different: 0, isEqual: false })
    expect(before.missing).toBeGreaterThan(0)
    const { copied } = await copyMissing({ from, to }, range)
    expect(copied).toBe(before.missing)
    expect(await compareTopics({ from, to }, range)).toMatchObject({ missing: 0, extra: 0, different: 0 })
    await eventually(() => shadows > 0, { withinMs: WITHIN_MS })

    // The cut-over: writers are killed while both clusters are in charge of consumers.
    const { topics } = await translateOffsets({ from, to }, { group: GROUP })
    expect(topics).toMatchObject([{ topic: TOPIC, by: 'id', beginsEarlier: false }])
    await reader.putInCharge('both')
    const third = await write('c', 'from', 30)
    await end(third, 'SIGKILL')
    await end(await write('d', 'to', 30), 'SIGKILL')
    const last = await write('e', 'to', 10)
    await reader.putInCharge('to')
    await stores(last, storedBy(last).length + 30)
    await end(last, 'SIGTERM')
    await eventually(() => [...stored].every((key) => effects.has(key)), { withinMs: WITHIN_MS })

    // And back.
    await copyMissing({ from: to, to: from }, { topic: TOPIC, since, until: Date.now() + 1_000 })
    await translateOffsets({ from: to, to: from }, { group: GROUP })
    await reader.putInCharge('both')
    const back = await write('f', 'from', 20)
    await reader.putInCharge('from')
    await end(back, 'SIGTERM')
    await eventually(() => [...stored].every((key) => effects.has(key)), { withinMs: WITHIN_MS })
    expect([...effects].filter(([, count]) => count !== 1)).toEqual([])
    const status = await migrationStatus(
      { from, to },
      { topics: [TOPIC], groups: [GROUP], since, sampleMs: 100 },
    )
    expect(status.groups).toMatchObject([{ from: { retries: { ready: 0, delayed: 0 } }, withoutOffsets: [] }])
    console.log(
      `${fromKind} to ${toKind}: ${stored.size} orders, ${before.missing} missing and copied, ` +
        `about ${topics[0]!.again} again, ${shadows} shadows`,
    )
    await reader.close()
  })
})
