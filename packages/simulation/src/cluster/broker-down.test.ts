import { join } from 'node:path'
import type { MessageQueue } from '@rocketeer/client'
import { Handled, Sending } from '@rocketeer/client-suite'
import { Resources } from '@rocketeer/foundation'
import { eventually, freePort, RocketeerBroker, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OwnCluster } from '../own-cluster.js'

const TOPIC = 'orders'

let resources: Resources
let cluster: OwnCluster

beforeEach(async () => {
  resources = new Resources()
  cluster = await OwnCluster.start(['broker-a', 'broker-b'])
  resources.defer(() => cluster[Symbol.asyncDispose]())
})
afterEach(() => resources.close())

/** Starts broker-c in a process of its own, always with the same port and store. */
async function victim(): Promise<() => Promise<RocketeerBroker>> {
  const directory = await TemporaryDirectory.create('rocketeer-victim-')
  resources.defer(() => directory.remove())
  const port = await freePort([-2])
  return async () =>
    resources.use(
      await RocketeerBroker.start({
        nameservers: cluster.addresses,
        brokerName: 'broker-c',
        storeDirectory: join(directory.path, 'store'),
        port,
      }),
    )
}

async function consume(handled: Handled): Promise<void> {
  const consumer = (await cluster.connect()).consumer({
    group: 'g',
    subscribe: { [TOPIC]: '*' },
    startFrom: 'first',
    rebalanceIntervalMs: 200,
    pullWaitMs: 500,
    handle: handled.handle,
  })
  await consumer.ready
}

describe('a broker that is killed', () => {
  it('costs no send, holds up no consumer, and brings its messages back', async () => {
    const startVictim = await victim()
    const broker = await startVictim()
    const client = await cluster.connect()
    await client.admin().topics.create(TOPIC, { queues: 4 })
    const sending = new Sending(client, TOPIC)
    await sending.more(21, 'broker-c')
    await broker.kill()
    await sending.more(101)
    const toVictim = sending.countOf('broker-c')
    await sending.more(50)
    expect(sending.countOf('broker-c')).toBe(toVictim)

    // A group that begins now gets what the others have; the rest waits in the dead broker.
    const handled = new Handled()
    await consume(handled)
    const counted = () => new Set(handled.bodies).size
    await eventually(() => counted() > 100)

    await startVictim()
    await sending.more(21, 'broker-c')
    await sending.stop()
    expect(sending.failures).toEqual([])
    await handled.atLeast(sending.bodies)
  }, 40_000)

  it('is found at its new address with the first send that fails', async () => {
    const client = await cluster.connect({ pollRouteIntervalMs: 60_000 })
    await client.admin().topics.create(TOPIC, { queues: 1, brokers: ['broker-a'] })
    const producer = client.producer()
    await producer.send({ topic: TOPIC, body: 'x' })
    const before = cluster.brokers.get('broker-a')!.address
    await cluster.stopBroker('broker-a')
    await cluster.startBroker('broker-a')
    expect(cluster.brokers.get('broker-a')!.address).not.toBe(before)
    await producer.send({ topic: TOPIC, body: 'y' })
    expect(await client.admin().offsets.max({ topic: TOPIC, brokerName: 'broker-a', queueId: 0 })).toBe(2)
  })
})

describe('a send with a selector', () => {
  it('fails once with the broker of its queue, and then chooses among the queues left', async () => {
    const client = await cluster.connect({ pollRouteIntervalMs: 60_000 })
    await client.admin().topics.create(TOPIC, { queues: 1 })
    const producer = client.producer()
    const options = { selector: (queues: readonly MessageQueue[]) => queues[0]!, timeoutMs: 1_000 }
    const send = () => producer.send({ topic: TOPIC, body: 'x' }, options)
    expect((await send()).queue.brokerName).toBe('broker-a')
    await cluster.stopBroker('broker-a')
    await expect(send()).rejects.toMatchObject({ retryable: true })
    await eventually(async () => expect((await send()).queue.brokerName).toBe('broker-b'))
  })
})

describe('a nameserver that is down', () => {
  it('stops nobody, whichever of the two it is', async () => {
    const client = await cluster.connect()
    await client.admin().topics.create(TOPIC, { queues: 2 })
    const sending = new Sending(client, TOPIC)
    const handled = new Handled()
    await consume(handled)
    for (const index of [0, 1]) {
      await cluster.nameservers[index]!.close()
      await sending.more(51)
      const late = (await cluster.connect()).producer()
      expect(await late.send({ topic: TOPIC, body: `late ${index}` })).toMatchObject({ status: 'SEND_OK' })
      sending.bodies.push(`late ${index}`)
      await cluster.startNameserver(index)
      // The brokers register again by themselves.
      const alone = await cluster.connect({ nameservers: cluster.addresses[index]! })
      await eventually(async () => expect(await alone.admin().brokers.list()).toHaveLength(2))
    }
    await sending.stop()
    expect(sending.failures).toEqual([])
    await handled.atLeast(sending.bodies)
  }, 30_000)

  it('gives clients a clear error when it was the last', async () => {
    const client = await cluster.connect()
    for (const nameserver of cluster.nameservers) await nameserver.close()
    const sending = client.producer().send({ topic: TOPIC, body: 'x' }, { timeoutMs: 500 })
    await expect(sending).rejects.toMatchObject({
      code: 'NAMESERVERS_UNREACHABLE',
    })
  })
})
