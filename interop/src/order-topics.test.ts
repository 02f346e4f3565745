import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '@rocketeer/client'
import { type BrokerProcess, eventually, type NameserverProcess } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peerKinds, startBroker, startNameserver } from './peers/peer.js'
import { ConsumerProgram, javaPrograms, send } from './programs/client-programs.js'
import { Mqadmin } from './programs/mqadmin.js'

const QUEUES = 8
const java = javaPrograms('JSON')

// One story in order: each test sees what the ones before it did.
describe.each(peerKinds)('order topics of %s, made with mqadmin', (kind) => {
  let nameserver: NameserverProcess
  let broker: BrokerProcess
  let admin: Mqadmin

  beforeAll(async () => {
    nameserver = await startNameserver(kind, { orderTopics: true })
    broker = await startBroker(kind, {
      nameservers: [nameserver.address],
      properties: { registerNameServerPeriod: 10_000 },
      heap: 'least',
    })
    admin = await Mqadmin.start()
  })
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]()
    await broker?.close()
    await nameserver?.close()
  })

  const mqadmin = (command: string, ...args: string[]) =>
    admin.run(command, '-n', nameserver.address, ...args)
  const updateTopic = (...args: string[]) =>
    mqadmin('updateTopic', '-t', 'orders', '-r', `${QUEUES}`, '-w', `${QUEUES}`, ...args)
  const orderConf = (method: string, ...args: string[]) =>
    mqadmin('updateOrderConf', '-t', 'orders', '-m', method, ...args)

  const isOrdered = async (topic = 'orders') => {
    const file = await readFile(join(broker.storeDirectory, 'config/topics.json'), 'utf8')
    return JSON.parse(file).topicConfigTable[topic].order as boolean
  }

  /** Sends with a Java producer; returns the ids of the queues that got messages. */
  const sentTo = async (prefix: string, orderKeys?: string) => {
    const names = { nameservers: nameserver.address, group: 'shop', topic: 'orders' }
    const sent = await send(java, { ...names, count: 2 * QUEUES, prefix, ...(orderKeys && { orderKeys }) })
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set(['SEND_OK']))
    return [...new Set(sent.map(({ queueId }) => queueId))].sort()
  }

  it('updateTopic -o true keeps the queues of all brokers', async () => {
    expect(await updateTopic('-c', 'DefaultCluster', '-o', 'true')).toContain(
      `set cluster orderConf. isOrder=true, orderConf=[broker-a:${QUEUES}]`,
    )
    expect(await orderConf('get')).toContain(`orderConf=[broker-a:${QUEUES}]`)
    expect(await isOrdered()).toBe(true)
    await eventually(async () =>
      expect(await mqadmin('topicRoute', '-t', 'orders')).toContain('orderTopicConf'),
    )
    expect(await sentTo('all')).toHaveLength(QUEUES)
  })

  it('updateOrderConf chooses the queues that Java producers, and ours, send to', async () => {
    expect(await orderConf('put', '-v', 'broker-a:3')).toContain('update orderConf success')
    // The hash of a key chooses among the three.
    expect(await sentTo('keys', 'a,b,c')).toEqual([0, 1, 2])
    await using client = await connect({ nameservers: nameserver.address })
    const producer = client.producer()
    const sent = await Promise.all(
      Array.from({ length: QUEUES }, (_, i) => producer.send({ topic: 'orders', body: `ours-${i}` })),
    )
    expect([...new Set(sent.map(({ queue }) => queue.queueId))].sort()).toEqual([0, 1, 2])
    expect(await client.admin().orderQueues.get('orders')).toEqual({ 'broker-a': 3 })
  })

  it('messages in the other queues of the topic are consumed all the same', async () => {
    const names = { nameservers: nameserver.address, group: 'billing', topic: 'orders' }
    await using consumer = await ConsumerProgram.start(java, names)
    const received = await consumer.received(5 * QUEUES)
    expect(new Set(received.map(({ body }) => body)).size).toBe(5 * QUEUES)
  })

  it('a broker learns with its registration which topics are ordered', async () => {
    await mqadmin('updateTopic', '-t', 'later', '-b', broker.address)
    expect(await isOrdered('later')).toBe(false)
    await mqadmin('updateOrderConf', '-t', 'later', '-m', 'put', '-v', 'broker-a:8')
    await eventually(() => isOrdered('later'), { withinMs: 30_000 })
  })

  it('without its order configuration the topic is an ordinary one', async () => {
    expect(await orderConf('delete')).toContain('delete orderConf success')
    await eventually(async () => expect(await sentTo('again')).toHaveLength(QUEUES))
    await updateTopic('-b', broker.address)
    expect(await isOrdered()).toBe(false)
    await expect(orderConf('get')).rejects.toThrow('CODE: 22')
  })

  it('our admin does the same for Java producers', async () => {
    await using client = await connect({ nameservers: nameserver.address })
    expect(await client.admin().orderQueues.silentNameservers()).toEqual([])
    await client.admin().topics.create('orders', { readQueues: QUEUES, writeQueues: 2, order: true })
    expect(await orderConf('get')).toContain('orderConf=[broker-a:2]')
    expect(await sentTo('two')).toEqual([0, 1])
    await client.admin().topics.update('orders', { queues: QUEUES, order: false })
    await expect(orderConf('get')).rejects.toThrow('CODE: 22')
    expect(await isOrdered()).toBe(false)
  })
})
