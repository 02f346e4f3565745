import type { Admin, Client } from '@rocketeer/client'
import { Sending } from '@rocketeer/client-suite'
import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PeerCluster } from './cluster/peer-cluster.js'
import { OrderedSending, Receiving } from './cluster/traffic.js'
import type { PeerKind } from './peers/peer.js'

const kinds: readonly PeerKind[] = process.env.INTEROP_PEERS
  ? (process.env.INTEROP_PEERS.split(',') as PeerKind[])
  : ['ours', 'apache']

const VICTIM = 'broker-c'
const OTHERS = ['broker-a', 'broker-b']

// One cluster for all: the last tests take parts of it away.
describe.each(kinds)('three brokers and two nameservers of %s, our client', (kind) => {
  let cluster: PeerCluster
  let client: Client
  let admin: Admin

  beforeAll(async () => {
    cluster = await PeerCluster.start(kind)
    client = await cluster.connect()
    admin = client.admin()
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  /** An admin at each nameserver alone. */
  const adminsOfEach = () =>
    Promise.all(
      cluster.nameservers.map(async (address) => (await cluster.connect({ nameservers: address })).admin()),
    )

  it('a topic is made on all of them, messages are spread, and it is gone at once', async () => {
    await admin.topics.create('spread', { queues: 2 })
    const admins = await adminsOfEach()
    for (const each of admins) {
      await eventually(async () => expect((await each.topics.route('spread')).queueDatas).toHaveLength(3))
    }
    const producer = client.producer()
    for (let i = 0; i < 30; i++) await producer.send({ topic: 'spread', body: `${i}` })
    const stats = await admin.topics.stats('spread')
    expect(stats.map(({ maxOffset }) => maxOffset)).toEqual([5, 5, 5, 5, 5, 5])
    await admin.topics.delete('spread')
    for (const each of admins)
      await expect(each.topics.route('spread')).rejects.toMatchObject({ code: 'NO_ROUTE' })
  })

  it('nothing is lost while queues are added and taken away under way', async () => {
    await admin.topics.create('resized', { queues: 2 })
    const sending = new Sending(await cluster.connect(), 'resized')
    const receiving = await Receiving.start(await cluster.connect(), 'resized')
    await admin.topics.update('resized', { queues: 4 })
    const written = async () =>
      (await admin.topics.stats('resized')).filter(({ maxOffset }) => maxOffset > 0).length
    await eventually(async () => expect(await written()).toBe(12), { withinMs: 20_000 })
    // First nothing is written to the queues any more; once they are read, they can go.
    await admin.topics.update('resized', { readQueues: 4, writeQueues: 1 })
    const ends = async () => (await admin.topics.stats('resized')).filter(({ queue }) => queue.queueId > 0)
    await eventually(
      async () => {
        const before = await ends()
        await sending.more(50)
        expect(await ends()).toEqual(before)
      },
      { withinMs: 20_000 },
    )
    await receiving.all(sending.bodies)
    await admin.topics.update('resized', { queues: 1 })
    await sending.more(100)
    await sending.stop()
    await receiving.all(sending.bodies)
    expect(sending.failures).toEqual([])
    expect(await admin.topics.queues('resized')).toHaveLength(3)
  })

  it('a broker is drained and given back, and one topic is made read-only on it, under way', async () => {
    await admin.topics.create('drained', { queues: 2 })
    const sending = new Sending(await cluster.connect(), 'drained')
    const receiving = await Receiving.start(await cluster.connect(), 'drained')
    await receiving.more(5, VICTIM)
    const leftAlone = async () => {
      const before = sending.countOf(VICTIM)
      await sending.more(60)
      expect(sending.countOf(VICTIM)).toBe(before)
    }
    expect(await admin.brokers.drain(VICTIM)).toMatchObject({ missed: [] })
    await eventually(leftAlone, { withinMs: 20_000 })
    await receiving.more(20)
    await admin.brokers.undrain(VICTIM)
    await sending.more(10, VICTIM)
    await admin.topics.update('drained', { queues: 2, perm: 4, brokers: [VICTIM] })
    await eventually(leftAlone, { withinMs: 20_000 })
    await admin.topics.update('drained', { queues: 2, perm: 6, brokers: [VICTIM] })
    await sending.more(10, VICTIM)
    await sending.stop()
    await receiving.all(sending.bodies)
    expect(sending.failures).toEqual([])
  })

  it('a broker is killed and comes back: no acknowledged message is lost, keys stay in order', async () => {
    await admin.topics.create('killed', { queues: 2 })
    await admin.topics.create('kept', { queues: 2, order: true })
    const sending = new Sending(await cluster.connect(), 'killed')
    const ordered = new OrderedSending(await cluster.connect(), 'kept', 6)
    const receiving = await Receiving.start(await cluster.connect(), 'killed')
    const receivingOrdered = await Receiving.start(await cluster.connect(), 'kept', { ordered: true })
    await receiving.more(20, VICTIM)
    await receivingOrdered.more(20, VICTIM)

    await cluster.killBroker(VICTIM)
    await sending.more(100)
    for (const brokerName of OTHERS) {
      await receiving.more(20, brokerName)
      await receivingOrdered.more(20, brokerName)
    }
    await cluster.startBroker(VICTIM)
    await sending.more(20, VICTIM)
    await receivingOrdered.more(20, VICTIM)
    await Promise.all([sending.stop(), ordered.stop()])

    await receiving.all(sending.bodies)
    expect(sending.failures).toEqual([])
    const numbered = [...ordered.counts].flatMap(([key, count]) =>
      Array.from({ length: count }, (_, number) => `${key}#${number}`),
    )
    await receivingOrdered.all(numbered)
    expect(receivingOrdered.outOfOrder).toEqual([])
    // Only messages of the dead broker are repeated: a send that it stored and that then went elsewhere, or uncommitted ones.
    for (const { repeated } of [receiving, receivingOrdered]) {
      expect(repeated.filter(({ brokerNames }) => !brokerNames.includes(VICTIM))).toEqual([])
    }
    console.info(
      `${kind}: ${receiving.repeated.length} of ${receiving.messages.length} messages came again, ` +
        `${receivingOrdered.repeated.length} of ${receivingOrdered.messages.length} in order`,
    )
  })

  it('a nameserver that dies stops nobody', async () => {
    await admin.topics.create('unmissed', { queues: 2 })
    const sending = new Sending(await cluster.connect(), 'unmissed')
    const receiving = await Receiving.start(await cluster.connect(), 'unmissed')
    await sending.more(20)
    await cluster.killNameserver(0)
    await sending.more(50)
    await receiving.more(20)
    const late = await cluster.connect()
    await late.admin().topics.create('late', { queues: 1 })
    expect(await late.producer().send({ topic: 'late', body: 'x' })).toMatchObject({ status: 'SEND_OK' })
    await sending.stop()
    expect(sending.failures).toEqual([])
    await receiving.all(sending.bodies)
  })
})
