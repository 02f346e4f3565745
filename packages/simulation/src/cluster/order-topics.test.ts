import type { Admin, Client } from '@rocketeer/client'
import { Handled } from '@rocketeer/client-suite'
import {
  getTopicConfig,
  putKvConfig,
  TopicConfigAndQueueMapping,
  updateNamesrvConfig,
} from '@rocketeer/protocol/commands'
import { RemotingClient } from '@rocketeer/remoting'
import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OwnCluster } from '../own-cluster.js'

const TOPIC = 'orders'

let cluster: OwnCluster
let client: Client
let admin: Admin

/** For requests that the client's admin does not make. */
let remoting: RemotingClient

beforeEach(async () => {
  cluster = await OwnCluster.start(['broker-a', 'broker-b'])
  remoting = new RemotingClient()
  for (const address of cluster.addresses) {
    await remoting.request(address, updateNamesrvConfig, {}, Buffer.from('orderMessageEnable=true\n'))
  }
  client = await cluster.connect()
  admin = client.admin()
})
afterEach(async () => {
  await remoting.close()
  await cluster[Symbol.asyncDispose]()
})

const queuesSentTo = async (count: number) => {
  const producer = client.producer()
  const sent = await Promise.all(
    Array.from({ length: count }, (_, i) => producer.send({ topic: TOPIC, body: `${i}` })),
  )
  await producer.close()
  return sent.map(({ queue }) => `${queue.brokerName}:${queue.queueId}`).sort()
}

async function orderedAt(brokerName: string): Promise<boolean | undefined> {
  const { address } = cluster.brokers.get(brokerName)!
  const { body } = await remoting.request(address, getTopicConfig, { topic: TOPIC, lo: true })
  return TopicConfigAndQueueMapping.decode(body).order
}

describe('an order topic', () => {
  it('has its queues kept by every nameserver, and forgotten with the topic', async () => {
    await admin.topics.create(TOPIC, { queues: 2, order: true })
    for (const nameservers of cluster.addresses) {
      const other = (await cluster.connect({ nameservers })).admin()
      expect(await other.orderQueues.get(TOPIC)).toEqual({ 'broker-a': 2, 'broker-b': 2 })
      expect((await other.topics.route(TOPIC)).orderTopicConf).toBe('broker-a:2;broker-b:2')
    }
    expect(await admin.orderQueues.silentNameservers()).toEqual([])
    await admin.topics.delete(TOPIC)
    await expect(admin.orderQueues.get(TOPIC)).rejects.toMatchObject({ code: 'NO_ROUTE' })
  })

  it('is sent to these queues and no others', async () => {
    await admin.topics.create(TOPIC, { queues: 4 })
    expect(await admin.orderQueues.set(TOPIC, { 'broker-b': 3, 'broker-a': 1 })).toEqual([])
    expect(await queuesSentTo(8)).toEqual([
      ...Array(2).fill('broker-a:0'),
      ...Array(2).fill('broker-b:0'),
      ...Array(2).fill('broker-b:1'),
      ...Array(2).fill('broker-b:2'),
    ])
    await admin.orderQueues.delete(TOPIC)
    expect(new Set(await queuesSentTo(8)).size).toBe(8)
  })

  it('keeps a key in its queue while the broker is away', async () => {
    await admin.topics.create(TOPIC, { queues: 2, order: true })
    const producer = client.producer()
    const lengths = new Set<number>()
    const send = (body: string) =>
      producer.send(
        { topic: TOPIC, body },
        {
          selector: (queues) => {
            lengths.add(queues.length)
            return queues[3]!
          },
        },
      )
    expect((await send('1')).queue).toMatchObject({ brokerName: 'broker-b', queueId: 1 })
    await cluster.stopBroker('broker-b')
    await expect(send('2')).rejects.toMatchObject({ retryable: true })
    // Also after the client has asked for the route again.
    await eventually(async () => expect((await admin.topics.route(TOPIC)).brokerDatas).toHaveLength(1))
    await expect(send('2')).rejects.toMatchObject({ retryable: true })
    await cluster.startBroker('broker-b')
    await eventually(async () => expect((await send('2')).queue.queueId).toBe(1))
    expect(lengths).toEqual(new Set([4]))
    const handled = new Handled()
    const group = { group: 'g', subscribe: { [TOPIC]: '*' }, ordered: true, startFrom: 'first' as const }
    await client.consumer({ ...group, handle: handled.handle }).ready
    await handled.exactly(['1', '2'])
    expect(handled.bodies).toEqual(['1', '2'])
  })

  it('is sent elsewhere without a selector, as no order depends on the queue then', async () => {
    await admin.topics.create(TOPIC, { queues: 2, order: true })
    await cluster.stopBroker('broker-b')
    expect(new Set((await queuesSentTo(4)).map((queue) => queue.split(':')[0]))).toEqual(
      new Set(['broker-a']),
    )
  })

  it('is marked at the brokers when they register, until the mark is taken back', async () => {
    await admin.topics.create(TOPIC, { queues: 2 })
    expect(await orderedAt('broker-a')).toBe(false)
    await admin.orderQueues.set(TOPIC, { 'broker-a': 2 })
    await cluster.stopBroker('broker-a')
    await cluster.startBroker('broker-a')
    await eventually(async () => (await orderedAt('broker-a')) === true)
    await admin.topics.update(TOPIC, { queues: 2, order: false })
    expect(await admin.orderQueues.get(TOPIC)).toBeUndefined()
    await cluster.stopBroker('broker-a')
    await cluster.startBroker('broker-a')
    expect(await orderedAt('broker-a')).toBe(false)
  })

  it('may grow by a broker', async () => {
    await admin.topics.create(TOPIC, { queues: 2, order: true, brokers: ['broker-a'] })
    expect(await admin.orderQueues.get(TOPIC)).toEqual({ 'broker-a': 2 })
    await admin.topics.create(TOPIC, { queues: 3, order: true, brokers: ['broker-b'] })
    expect(await admin.orderQueues.get(TOPIC)).toEqual({ 'broker-a': 2, 'broker-b': 3 })
  })
})

describe('an order configuration that is wrong', () => {
  it('is refused', async () => {
    await admin.topics.create(TOPIC)
    for (const wrong of [{}, { 'broker-a': -1 }, { 'broker-a': 1.5 }, { 'a;b': 1 }, { 'broker-a': 99_999 }]) {
      await expect(admin.orderQueues.set(TOPIC, wrong)).rejects.toMatchObject({ code: 'ORDER_CONF_INVALID' })
    }
  })

  it('from elsewhere fails sends, and holds up no consumer', async () => {
    await admin.topics.create(TOPIC, { queues: 1, brokers: ['broker-a'] })
    const wrong = { namespace: 'ORDER_TOPIC_CONFIG', key: TOPIC, value: 'broker-a' }
    for (const address of cluster.addresses) await remoting.request(address, putKvConfig, wrong)
    await expect(client.producer().send({ topic: TOPIC, body: 'x' })).rejects.toMatchObject({
      code: 'ORDER_CONF_INVALID',
      retryable: false,
    })
    expect(await admin.topics.queues(TOPIC)).toHaveLength(1)
  })
})
