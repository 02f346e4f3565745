import type { Client, Producer } from '@rocketeer/client'
import { Handled } from '@rocketeer/client-suite'
import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OwnCluster } from '../own-cluster.js'

const BROKERS = ['broker-a', 'broker-b', 'broker-c']
const OTHERS = ['broker-a', 'broker-c']
const TOPIC = 'orders'

let cluster: OwnCluster
let client: Client
let producer: Producer

beforeEach(async () => {
  cluster = await OwnCluster.start(BROKERS)
  client = await cluster.connect()
  await client.admin().topics.create(TOPIC, { queues: 4 })
  producer = client.producer()
})
afterEach(() => cluster[Symbol.asyncDispose]())

let sent = 0

/** Sends `count` messages; returns how many each broker got. */
async function send(count: number, bodies: string[] = []): Promise<Record<string, number>> {
  const byBroker: Record<string, number> = {}
  for (let i = 0; i < count; i++) {
    const body = `${sent++}`
    const { queue } = await producer.send({ topic: TOPIC, body })
    bodies.push(body)
    byBroker[queue.brokerName] = (byBroker[queue.brokerName] ?? 0) + 1
  }
  return byBroker
}

async function consume(group: string): Promise<Handled> {
  const handled = new Handled()
  const options = { startFrom: 'first' as const, rebalanceIntervalMs: 200, pullWaitMs: 500 }
  const consumer = (await cluster.connect()).consumer({
    group,
    subscribe: { [TOPIC]: '*' },
    handle: handled.handle,
    ...options,
  })
  await consumer.ready
  return handled
}

async function permissions(): Promise<Record<string, number>> {
  const { queueDatas } = await client.admin().topics.route(TOPIC)
  return Object.fromEntries(queueDatas.map(({ brokerName, perm }) => [brokerName, perm]))
}

describe('three brokers and two nameservers', () => {
  it('have a topic on all of them, and messages spread evenly', async () => {
    expect(await send(120)).toEqual({ 'broker-a': 40, 'broker-b': 40, 'broker-c': 40 })
    const stats = await client.admin().topics.stats(TOPIC)
    expect(stats.map(({ maxOffset }) => maxOffset)).toEqual(Array.from({ length: 12 }, () => 10))
  })

  it('are consumed by the members of a group together', async () => {
    const bodies: string[] = []
    const [first, second] = await Promise.all([consume('g'), consume('g')])
    await send(60, bodies)
    await eventually(() => first.messages.length + second.messages.length >= bodies.length)
    expect([...first.bodies, ...second.bodies].sort()).toEqual([...bodies].sort())
  })

  it('are joined by another broker, which gets messages and is read after a poll of routes', async () => {
    const handled = await consume('g')
    const bodies: string[] = []
    await send(12, bodies)
    await cluster.startBroker('broker-d')
    await client.admin().topics.create(TOPIC, { queues: 4, brokers: ['broker-d'] })
    await eventually(async () => expect(await send(16, bodies)).toHaveProperty('broker-d', 4))
    await handled.exactly(bodies)
  })

  it('forget a deleted topic at once, on both nameservers', async () => {
    await client.admin().topics.delete(TOPIC)
    for (const nameservers of cluster.addresses) {
      const admin = (await cluster.connect({ nameservers })).admin()
      await expect(admin.topics.route(TOPIC)).rejects.toMatchObject({ code: 'NO_ROUTE' })
    }
  })

  it('serve a topic that may only be read on one of them', async () => {
    const bodies: string[] = []
    await send(12, bodies)
    await client.admin().topics.update(TOPIC, { queues: 4, perm: 4, brokers: ['broker-b'] })
    expect(Object.keys(await send(12, bodies)).sort()).toEqual(OTHERS)
    const handled = await consume('g')
    await handled.exactly(bodies)
    await client.admin().topics.update(TOPIC, { queues: 4, perm: 6, brokers: ['broker-b'] })
    expect(Object.keys(await send(12)).sort()).toEqual(BROKERS)
  })

  it('lose nothing while queues are added and taken away', async () => {
    const handled = await consume('g')
    const bodies: string[] = []
    await send(24, bodies)
    const admin = client.admin()
    await admin.topics.update(TOPIC, { queues: 8 })
    await eventually(async () => {
      await send(24, bodies)
      const stats = await admin.topics.stats(TOPIC)
      expect(stats).toHaveLength(24)
      expect(stats.every(({ maxOffset }) => maxOffset > 0)).toBe(true)
    })
    // First nothing is written to the queues any more; once they are read, they can go.
    await admin.topics.update(TOPIC, { readQueues: 8, writeQueues: 2 })
    await send(24, bodies)
    await handled.exactly(bodies)
    await admin.topics.update(TOPIC, { queues: 2 })
    await send(24, bodies)
    await handled.exactly(bodies)
  })
})

describe('a drained broker', () => {
  it('gets no messages and is read to the end, until it is given back', async () => {
    const bodies: string[] = []
    await send(30, bodies)
    expect(await client.admin().brokers.drain('broker-b')).toMatchObject({ missed: [] })
    expect(await permissions()).toEqual({ 'broker-a': 6, 'broker-b': 4, 'broker-c': 6 })
    expect(Object.keys(await send(12, bodies)).sort()).toEqual(OTHERS)
    const handled = await consume('g')
    await handled.exactly(bodies)
    await client.admin().brokers.undrain('broker-b')
    expect(Object.keys(await send(12)).sort()).toEqual(BROKERS)
  })

  it('is left after a poll of routes by clients that know its route', async () => {
    const other = (await cluster.connect()).producer()
    const brokersOf = async (count: number) => {
      const names = new Set<string>()
      for (let i = 0; i < count; i++)
        names.add((await other.send({ topic: TOPIC, body: 'x' })).queue.brokerName)
      return [...names].sort()
    }
    expect(await brokersOf(12)).toEqual(BROKERS)
    await client.admin().brokers.drain('broker-b')
    await eventually(async () => expect(await brokersOf(12)).toEqual(OTHERS))
  })

  it('stays drained while its topics change', async () => {
    const admin = client.admin()
    await admin.brokers.drain('broker-b')
    await admin.topics.create('another')
    await admin.topics.update(TOPIC, { queues: 6 })
    await admin.topics.delete('another')
    expect(await permissions()).toEqual({ 'broker-a': 6, 'broker-b': 4, 'broker-c': 6 })
    await admin.brokers.undrain('broker-b')
    expect(await permissions()).toEqual({ 'broker-a': 6, 'broker-b': 6, 'broker-c': 6 })
  })

  it('gets messages again once it was started anew', async () => {
    await client.admin().brokers.drain('broker-b')
    await cluster.stopBroker('broker-b')
    await cluster.startBroker('broker-b')
    await eventually(async () => expect(Object.keys(await send(12)).sort()).toEqual(BROKERS))
  })

  it('is drained at every nameserver that can be reached, and the others are named', async () => {
    await cluster.nameservers[1]!.close()
    const { missed, topics } = await client.admin().brokers.drain('broker-b')
    expect(missed.map(({ address }) => address)).toEqual([cluster.addresses[1]])
    expect(topics).toBeGreaterThan(0)
    await expect(client.admin().brokers.drain('broker-z')).rejects.toMatchObject({ code: 'BROKER_UNKNOWN' })
  })
})
