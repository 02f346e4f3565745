import { type Client, type Consumer, connect, type MessageQueue } from '@rocketeer/client'
import { Handled } from '@rocketeer/client-suite'
import { isRocketeerError, ManualClock } from '@rocketeer/foundation'
import {
  LockBatchRequestBody,
  LockBatchResponseBody,
  lockBatchMq,
  UnlockBatchRequestBody,
  unlockBatchMq,
} from '@rocketeer/protocol/commands'
import { RemotingClient } from '@rocketeer/remoting'
import { type Server, startServer } from '@rocketeer/server'
import { eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

describe('a consumer in order on a manual clock', () => {
  let clock: ManualClock
  let directory: TemporaryDirectory
  let server: Server
  let client: Client
  let queues: MessageQueue[]
  /** The connections of another member. */
  let other: RemotingClient

  beforeEach(async () => {
    clock = new ManualClock()
    other = new RemotingClient()
    directory = await TemporaryDirectory.create()
    server = await startServer({ clock, directory: directory.path })
    client = await connect({ nameservers: server.nameservers, clock })
    await client.admin().topics.create('orders', { queues: 2 })
    queues = await client.admin().topics.queues('orders')
  })
  afterEach(async () => {
    await other.close()
    await client.close()
    await server.close()
    await directory.remove()
  })

  function consume(handled: Handled): { consumer: Consumer; problems: unknown[] } {
    const problems: unknown[] = []
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      ordered: true,
      handle: handled.handle,
    })
    consumer.on('problem', (problem) => problems.push(problem))
    return { consumer, problems }
  }

  /** Locks all queues as another member; returns how many it got. */
  async function lockAs(clientId: string): Promise<number> {
    const body = LockBatchRequestBody.encode({
      consumerGroup: 'coupon',
      clientId,
      onlyThisBroker: false,
      mqSet: queues,
    })
    const response = await other.request(server.broker.address, lockBatchMq, {}, body)
    return LockBatchResponseBody.decode(response.body).lockOKMQSet.length
  }

  it('gets the queues of a killed member in about a second', async () => {
    expect(await lockAs('killed')).toBe(2)
    const handled = new Handled()
    const { consumer } = consume(handled)
    await consumer.ready
    await client.producer().send({ topic: 'orders', body: 'x' })
    await clock.advance(30_000)
    expect(handled.bodies).toEqual([])
    await other.close()
    const killedAt = clock.now()
    await clock.advanceUntil(() => handled.messages.length > 0, 10_000)
    expect(clock.now() - killedAt).toBeLessThanOrEqual(2_000)
  })

  it('gets the queues of a silent member once its locks are 60 s old', async () => {
    expect(await lockAs('silent')).toBe(2)
    const lockedAt = clock.now()
    await client.producer().send({ topic: 'orders', body: 'x' })
    const handled = new Handled()
    const { consumer } = consume(handled)
    await consumer.ready
    expect(consumer.queues.filter(({ topic }) => topic === 'orders')).toEqual([])
    await clock.advance(50_000)
    expect(handled.bodies).toEqual([])
    await clock.advanceUntil(() => handled.messages.length > 0, 30_000)
    expect(clock.now() - lockedAt).toBeGreaterThan(60_000)
    expect(handled.bodies).toEqual(['x'])
  })

  it('renews its locks, so that nobody gets its queues however long it works', async () => {
    const { consumer } = consume(new Handled())
    await consumer.ready
    for (let minute = 0; minute < 5; minute++) {
      await clock.advance(60_000)
      expect(await lockAs('other')).toBe(0)
    }
    await consumer.close()
    expect(await lockAs('other')).toBe(2)
  })

  it('gives up what a broker gave to somebody else, and says so', async () => {
    const handled = new Handled()
    const { consumer, problems } = consume(handled)
    await consumer.ready
    // The lock is taken away, as an administrator would, and given to another.
    const body = UnlockBatchRequestBody.encode({
      consumerGroup: 'coupon',
      clientId: client.clientId,
      onlyThisBroker: false,
      mqSet: queues,
    })
    await using remoting = new RemotingClient()
    await remoting.request(server.broker.address, unlockBatchMq, {}, body)
    expect(await lockAs('other')).toBe(2)
    await clock.advance(20_000)
    await eventually(() => problems.length >= 2)
    expect(problems).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'QUEUE_LOCK_LOST' })]))
    expect(consumer.queues.filter(({ topic }) => topic === 'orders')).toEqual([])
    await client.producer().send({ topic: 'orders', body: 'y' })
    await clock.advanceUntil(() => handled.messages.length > 0, 120_000)
    expect(handled.bodies).toEqual(['y'])
  })

  it('handles nothing more of its queues when the broker dies, until the broker has confirmed its locks', async () => {
    const producer = client.producer()
    const handled = new Handled()
    const { consumer, problems } = consume(handled)
    await consumer.ready
    await producer.send({ topic: 'orders', body: '1' })
    await clock.advanceUntil(() => handled.messages.length === 1)
    const ports = { nameserverPort: server.nameserver.port, brokerPort: server.broker.port }
    await server.close()
    server = await startServer({ clock, directory: directory.path, ...ports })
    // A member that is back sooner, and sees nobody else, takes all queues.
    expect(await lockAs('other')).toBe(2)
    await eventually(() => producer.send({ topic: 'orders', body: '2' }))
    for (let second = 0; second < 15; second++) await clock.advance(1_000)
    await eventually(() => problems.some((problem) => isRocketeerError(problem, 'QUEUE_LOCK_LOST')))
    expect(handled.bodies).toEqual(['1'])
  }, 30_000)

  it('goes on where it was, in order, after the broker was restarted', async () => {
    const producer = client.producer()
    const send = async (bodies: string[]) => {
      for (const body of bodies) await producer.send({ topic: 'orders', body }, { queue: queues[0]! })
    }
    await send(['1', '2', '3'])
    const handled = new Handled()
    consume(handled)
    await clock.advanceUntil(() => handled.messages.length === 3)
    await clock.advance(5_000)
    const ports = { nameserverPort: server.nameserver.port, brokerPort: server.broker.port }
    await server.close()
    server = await startServer({ clock, directory: directory.path, ...ports })
    await eventually(() => send(['4']))
    await send(['5', '6'])
    await clock.advanceUntil(() => handled.messages.length >= 6, 300_000)
    await clock.advance(60_000)
    expect(handled.bodies).toEqual(['1', '2', '3', '4', '5', '6'])
  }, 30_000)
})
