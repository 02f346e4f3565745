import { connect, sql } from '@rocketeer/client'
import { startServer } from '@rocketeer/server'
import { expect, it } from 'vitest'

const handle = () => {}

it('names the option that lets a broker filter by properties', async () => {
  await using server = await startServer({ allowSqlFilters: false })
  await using client = await connect({ nameservers: server.nameservers })
  await client.admin().topics.create('orders', { queues: 1 })
  const consumer = client.consumer({ group: 'g', subscribe: { orders: sql('amount > 5') }, handle })
  await expect(consumer.ready).rejects.toMatchObject({
    code: 'FILTER_UNSUPPORTED',
    message: expect.stringContaining('enablePropertyFilter=true'),
    details: { topic: 'orders', brokerName: expect.any(String) },
  })
})

it('lets a consumer start whose topic does not exist yet, or whose broker is away', async () => {
  const server = await startServer()
  await using client = await connect({ nameservers: server.nameservers, requestTimeoutMs: 500 })
  const subscribe = { nowhere: sql('amount >') }
  const early = client.consumer({ group: 'early', subscribe, handle })
  await early.ready
  await early.close()
  await client.admin().topics.create('orders', { queues: 1 })
  await client.producer().send({ topic: 'orders', body: 'makes the client know the route' })
  await server.broker.close()
  const problems: unknown[] = []
  const late = client.consumer({ group: 'late', subscribe: { orders: sql('amount > 5') }, handle })
  late.on('problem', (problem) => problems.push(problem))
  await late.ready
  expect(problems[0]).toMatchObject({ code: 'BROKER_UNREACHABLE' })
  await client.close()
  await server.close()
})
