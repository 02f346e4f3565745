import { connect } from '@rocketeer/client'
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
    expect(() => client.consumer({ group: 'g', subscribe: { orders: '*' } })).toThrow(invalid)
    expect(() => client.consumer({ group: 'g', subscribe: {}, handle: () => {} })).toThrow(invalid)
    const batches = { group: 'g', subscribe: { orders: '*' }, batchSize: 2, handle: () => {} }
    expect(() => client.consumer(batches)).toThrow(invalid)
    expect(() => client.producer({ sendRetriesMax: -1 })).toThrow(invalid)
    expect(() => client.producer({ group: 'a b' })).toThrow(
      expect.objectContaining({ code: 'GROUP_INVALID' }),
    )
    await client.close()
    await server.close()
  })
})
