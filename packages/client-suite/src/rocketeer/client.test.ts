import { connect } from '@rocketeer/client'
import { ManualClock } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import { eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { Handled } from '../handled.js'

describe('a client', () => {
  it('goes on by itself when its server was restarted', async () => {
    const directory = await TemporaryDirectory.create()
    const first = await startServer({ directory: directory.path })
    const ports = { nameserverPort: first.nameserver.port, brokerPort: first.broker.port }
    const client = await connect({ nameservers: first.nameservers })
    const problems: unknown[] = []
    client.on('problem', (problem) => problems.push(problem))
    const producer = client.producer()
    await producer.send({ topic: 'orders', body: 'before' })
    const handled = new Handled()
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: handled.handle,
    })
    await handled.exactly(['before'])
    await first.close()
    await expect(producer.send({ topic: 'orders', body: 'meanwhile' })).rejects.toMatchObject({
      retryable: true,
    })

    const second = await startServer({ directory: directory.path, ...ports })
    await eventually(() => producer.send({ topic: 'orders', body: 'after' }))
    await handled.atLeast(['before', 'after'])
    await eventually(async () => (await client.admin().groups.members('coupon')) !== undefined)
    await consumer.close()
    await client.close()
    await second.close()
    await directory.remove()
  }, 40_000)

  it('hears what its consumers and transaction producers have, each problem once and with its source', async () => {
    const server = await startServer()
    const client = await connect({ nameservers: server.nameservers })
    const ofClient: unknown[][] = []
    const ofConsumer: unknown[][] = []
    client.on('problem', (error, source) => ofClient.push([error, source]))
    await client.producer().send({ topic: 'orders', body: 'bad' })
    const thrown = new Error('no such coupon')
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: '*', bills: '*' },
      startFrom: 'first',
      handle: () => {
        throw thrown
      },
    })
    consumer.on('problem', (error, source) => ofConsumer.push([error, source]))
    await eventually(() => ofConsumer.length >= 2)
    const missing = expect.objectContaining({ code: 'NO_ROUTE' })
    expect(ofConsumer).toContainEqual([missing, { part: 'consumer', group: 'coupon', topic: 'bills' }])
    const source = expect.objectContaining({ part: 'consumer', group: 'coupon', topic: 'orders' })
    expect(ofConsumer).toContainEqual([thrown, source])
    expect(ofClient).toEqual(ofConsumer)
    await client.close()
    await server.close()
  })

  it('reports a topic that does not exist once, and names the one that was meant', async () => {
    const clock = new ManualClock()
    const server = await startServer({ clock })
    const client = await connect({ nameservers: server.nameservers, clock })
    await client.admin().topics.create('orders')
    const problems: unknown[] = []
    client.on('problem', (error) => problems.push(error))
    const assign = [{ topic: 'oders', brokerName: 'broker-a', queueId: 0 }]
    const push = client.consumer({ group: 'coupon', subscribe: { oders: '*' }, handle: () => {} })
    await push.ready
    const pull = client.pullConsumer({ group: 'reader', assign })
    await pull.ready
    await clock.advance(60_000)
    const missing = expect.objectContaining({
      code: 'NO_ROUTE',
      details: expect.objectContaining({ topic: 'oders', nearest: 'orders' }),
    })
    expect(problems).toEqual([missing, missing])
    await client.close()
    await server.close()
  })

  it('is refused a client id that an open client of this process has', async () => {
    const server = await startServer()
    const options = { nameservers: server.nameservers, clientId: 'my-app' }
    const first = await connect(options)
    await expect(connect(options)).rejects.toMatchObject({ code: 'CLIENT_ID_IN_USE' })
    await first.close()
    await (await connect(options)).close()
    await server.close()
  })

  it('closes everything it made, more than once without harm', async () => {
    const server = await startServer()
    const client = await connect({ nameservers: server.nameservers })
    const producer = client.producer()
    const consumer = client.consumer({ group: 'coupon', subscribe: { orders: '*' }, handle: () => {} })
    await consumer.ready
    await Promise.all([client.close(), client.close(), producer.close(), consumer.close()])
    await expect(producer.send({ topic: 'orders', body: 'x' })).rejects.toMatchObject({ code: 'CLOSED' })
    expect(() => client.producer()).toThrow(expect.objectContaining({ code: 'CLOSED' }))
    await server.close()
  })

  it('refuses unknown options, and consumers without a handler', async () => {
    await expect(connect({ nameservers: 'a:1', nope: true } as never)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    })
    const server = await startServer()
    const client = await connect({ nameservers: server.nameservers })
    const invalid = expect.objectContaining({ code: 'OPTION_INVALID' })
    // @ts-expect-error Messages need a handler.
    expect(() => client.consumer({ group: 'g', subscribe: { orders: '*' } })).toThrow(invalid)
    const both = { handle: () => {}, handleBatch: () => {} }
    // @ts-expect-error One handler, not two.
    expect(() => client.consumer({ group: 'g', subscribe: { orders: '*' }, ...both })).toThrow(invalid)
    expect(() => client.consumer({ group: 'g', subscribe: {}, handle: () => {} })).toThrow(invalid)
    const batches = { group: 'g', subscribe: { orders: '*' }, batchSize: 2, handle: () => {} }
    // @ts-expect-error Batches go to handleBatch.
    expect(() => client.consumer(batches)).toThrow(invalid)
    expect(() => client.producer({ sendRetriesMax: -1 })).toThrow(invalid)
    expect(() => client.producer({ group: 'a b' })).toThrow(
      expect.objectContaining({ code: 'GROUP_INVALID' }),
    )
    await client.close()
    await server.close()
  })
})
