import { ManualClock } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, connect } from '../index.js'
import { ScriptedCluster } from '../testing/scripted-cluster.js'

describe('routes', () => {
  let clock: ManualClock
  let cluster: ScriptedCluster
  let client: Client

  beforeEach(async () => {
    clock = new ManualClock()
    cluster = await ScriptedCluster.start()
    cluster.addTopic('orders')
    await cluster.addBroker('a')
    client = await connect({ nameservers: cluster.nameserver, clock })
  })
  afterEach(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
  })

  it('are asked for once, however many need them, and again every 30 s', async () => {
    const producer = client.producer()
    await Promise.all(Array.from({ length: 20 }, () => producer.send({ topic: 'orders', body: 'x' })))
    expect(cluster.routeRequests).toBe(1)
    await clock.advance(30_000)
    expect(cluster.routeRequests).toBe(2)
  })

  it('bring new brokers, which then get messages and heartbeats', async () => {
    const producer = client.producer()
    await producer.send({ topic: 'orders', body: 'x' })
    const b = await cluster.addBroker('b')
    await clock.advance(31_000)
    for (let i = 0; i < 4; i++) await producer.send({ topic: 'orders', body: 'x' })
    expect(b.sends).toBe(2)
    expect([...b.clients.keys()]).toEqual([client.clientId])
  })

  it('are not taken from those of new topics when a broker registers the topic meanwhile', async () => {
    cluster.addTopic(SystemTopic.AUTO_CREATE)
    const producer = client.producer({ newTopicQueues: 1 })
    const queuesOf = async (topic: string) => {
      const { queue } = await producer.send({ topic, body: 'x' }, { selector: (queues) => queues.at(-1)! })
      return queue.queueId + 1
    }
    expect(await queuesOf('new')).toBe(1)
    // As when the only broker comes back just between the two questions.
    cluster.onRouteRequest = (topic) => {
      if (topic === SystemTopic.AUTO_CREATE) cluster.addTopic('known')
    }
    expect(await queuesOf('known')).toBe(2)
  })

  it('are forgotten when nobody used them for ten minutes', async () => {
    await client.producer().send({ topic: 'orders', body: 'x' })
    await clock.advance(12 * 60_000)
    const { routeRequests } = cluster
    await clock.advance(60_000)
    expect(cluster.routeRequests).toBe(routeRequests)
  })
})
