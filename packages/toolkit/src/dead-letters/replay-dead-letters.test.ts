import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Broker } from '@rocketeer/broker'
import { type Client, connect, type DeadLetter, type Message } from '@rocketeer/client'
import { Resources } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countDeadLetters, replayDeadLetters } from './replay-dead-letters.js'

const TOPIC = 'orders'
const GROUP = 'coupon'
const RATE = 1_000_000
const patiently = { timeout: 10_000 }

let resources: Resources
let directory: string
let server: Server
let client: Client

beforeEach(async () => {
  resources = new Resources()
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-toolkit-'))
  resources.defer(() => rm(directory, { recursive: true, force: true }))
  await start()
})
afterEach(() => resources.close())

async function start(): Promise<void> {
  server = resources.use(await startServer({ directory, brokerName: 'broker-a' }))
  client = resources.use(await connect({ nameservers: server.nameservers }))
}

/** Sends orders 0 … count − 1 and lets a consumer of the group fail on each, with no retry before the dead-letter queue. */
async function makeDeadLetters(count: number): Promise<void> {
  const producer = client.producer()
  for (let i = 0; i < count; i++) {
    await producer.send({
      topic: TOPIC,
      key: `order-${i}`,
      tag: 'vip',
      properties: { shop: 'north' },
      body: `${i}`,
    })
  }
  const { total } = await countDeadLetters(client, GROUP)
  const consumer = client.consumer({
    group: GROUP,
    subscribe: { [TOPIC]: '*' },
    startFrom: 'first',
    retriesMax: 0,
    handle: () => {
      throw new Error('the database is down')
    },
  })
  await expect.poll(async () => (await countDeadLetters(client, GROUP)).total, patiently).toBe(total + count)
  await consumer.close()
}

function consumeInto(group: string, received: Message[]): Promise<void> {
  return client.consumer({
    group,
    subscribe: { [TOPIC]: '*' },
    startFrom: 'first',
    handle: (message) => received.push(message),
  }).ready
}

function keysOf(messages: readonly Message[]): string[] {
  return messages.map((message) => message.key ?? '').sort()
}

function keys(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `order-${from + i}`)
}

describe('replayDeadLetters', () => {
  it('delivers dead letters to their group alone, with all their properties', async () => {
    const others: Message[] = []
    await consumeInto('points', others)
    await makeDeadLetters(2)
    await expect.poll(() => keysOf(others), patiently).toEqual(keys(0, 2))
    const received: Message[] = []
    await consumeInto(GROUP, received)
    expect(await replayDeadLetters(client, { group: GROUP, ratePerSecond: RATE })).toEqual({
      replayed: 2,
      skipped: 0,
    })
    await expect.poll(() => keysOf(received), patiently).toEqual(keys(0, 2))
    for (const message of received) {
      const sent = others.find((other) => other.key === message.key)!
      expect(message).toMatchObject({
        topic: TOPIC,
        tag: 'vip',
        keys: sent.keys,
        reconsumeTimes: 0,
        replayTimes: 1,
      })
      expect(message.messageId).toBe(sent.messageId)
      expect(message.userProperties).toEqual({ shop: 'north' })
      expect(message.text()).toBe(sent.text())
    }
    expect(others).toHaveLength(2)
  })

  it('skips messages that are not accepted for good', async () => {
    await makeDeadLetters(4)
    const replayed: string[] = []
    const options = {
      group: GROUP,
      ratePerSecond: RATE,
      accept: (message: Message) => Number(message.text()) % 2 === 0,
      onReplayed: (message: Message) => void replayed.push(message.text()),
    }
    expect(await replayDeadLetters(client, options)).toEqual({ replayed: 2, skipped: 2 })
    expect(replayed.sort()).toEqual(['0', '2'])
    expect(await replayDeadLetters(client, options)).toEqual({ replayed: 0, skipped: 0 })
    expect(await countDeadLetters(client, GROUP)).toEqual({ total: 4, left: 0 })
  })

  it('keeps the rest for later with keepRest, and delivers nothing in a dry run', async () => {
    await makeDeadLetters(4)
    const options = { group: GROUP, ratePerSecond: RATE, keepRest: true }
    const third = { ...options, accept: (message: Message) => message.queueOffset === 2 }
    expect(await replayDeadLetters(client, { ...options, dryRun: true })).toEqual({ replayed: 4, skipped: 0 })
    expect(await countDeadLetters(client, GROUP)).toEqual({ total: 4, left: 4 })
    expect(await replayDeadLetters(client, third)).toEqual({ replayed: 1, skipped: 3 })
    expect(await countDeadLetters(client, GROUP)).toEqual({ total: 4, left: 4 })
    expect(await replayDeadLetters(client, options)).toEqual({ replayed: 4, skipped: 0 })
    expect(await countDeadLetters(client, GROUP)).toEqual({ total: 4, left: 0 })
  })

  it('stops when its signal is aborted, and continues from there, also after a restart of the broker', async () => {
    await makeDeadLetters(10)
    const stop = new AbortController()
    let count = 0
    const first = await replayDeadLetters(client, {
      group: GROUP,
      ratePerSecond: RATE,
      signal: stop.signal,
      onReplayed: () => {
        if (++count === 3) stop.abort()
      },
    })
    expect(first.replayed).toBe(3)
    expect(await countDeadLetters(client, GROUP)).toEqual({ total: 10, left: 7 })
    await client.close()
    await server.close()
    await start()
    expect(await countDeadLetters(client, GROUP)).toEqual({ total: 10, left: 7 })
    expect(await replayDeadLetters(client, { group: GROUP, ratePerSecond: RATE })).toMatchObject({
      replayed: 7,
    })
    const received: Message[] = []
    await consumeInto(GROUP, received)
    await expect.poll(() => keysOf(received), patiently).toEqual(keys(0, 10))
  })

  it('commits how far it got when it fails', async () => {
    await makeDeadLetters(3)
    let count = 0
    const failing = replayDeadLetters(client, {
      group: GROUP,
      ratePerSecond: RATE,
      onReplayed: () => {
        if (++count === 2) throw new Error('stop here')
      },
    })
    await expect(failing).rejects.toThrow('stop here')
    const { left } = await countDeadLetters(client, GROUP)
    expect(left).toBe(2)
    expect(await replayDeadLetters(client, { group: GROUP, ratePerSecond: RATE })).toMatchObject({
      replayed: left,
    })
  })

  it('is no faster than ratePerSecond', async () => {
    await makeDeadLetters(6)
    const startedAt = performance.now()
    await replayDeadLetters(client, { group: GROUP, ratePerSecond: 20 })
    expect(performance.now() - startedAt).toBeGreaterThan(200)
  })

  it('finds the dead letters on every broker', async () => {
    const second = await Broker.start({
      brokerName: 'broker-b',
      directory: join(directory, 'second'),
      host: '127.0.0.1',
      port: 0,
      nameservers: server.nameservers,
    })
    resources.use(second)
    await client.admin().topics.create(TOPIC, { queues: 2 })
    await makeDeadLetters(20)
    const listed: DeadLetter[] = []
    let cursor: string | undefined
    do {
      const page = await client.admin().deadLetters.page(GROUP, { messagesMax: 7, cursor })
      listed.push(...page.deadLetters)
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(keysOf(listed.map(({ message }) => message))).toEqual(keys(0, 20).sort())
    const times = listed.map(({ since }) => since)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const brokers = new Set<string>()
    const { replayed } = await replayDeadLetters(client, {
      group: GROUP,
      ratePerSecond: RATE,
      onReplayed: (message) => void brokers.add(message.queue.brokerName),
    })
    expect(replayed).toBe(20)
    expect([...brokers].sort()).toEqual(['broker-a', 'broker-b'])
    const received: Message[] = []
    // A new client, because the routes of the old one may be 30 s old.
    client = resources.use(await connect({ nameservers: server.nameservers }))
    await consumeInto(GROUP, received)
    await expect.poll(() => received.length, patiently).toBe(20)
  })

  it('finds nothing in a group without dead letters', async () => {
    expect(await countDeadLetters(client, GROUP)).toEqual({ total: 0, left: 0 })
    expect(await replayDeadLetters(client, { group: GROUP })).toEqual({ replayed: 0, skipped: 0 })
  })

  it.each([{ group: GROUP, ratePerSecond: 0 }, { group: GROUP, rate: 5 }, {}])(
    'refuses %j',
    async (options) => {
      await expect(replayDeadLetters(client, options as { group: string })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      })
    },
  )
})
