import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@rocketeer/client'
import { eventually, ForgetfulFirewall, freePort } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

/** Nothing listens at port 1, which needs privileges that no test has. */
const DEAD_ADDRESS = '127.0.0.1:1'

export function routingTests(world: SuiteWorld): void {
  it('with one of two nameservers down', async () => {
    for (const nameservers of [
      [DEAD_ADDRESS, ...world.nameservers],
      [...world.nameservers, DEAD_ADDRESS],
    ]) {
      const client = await world.connect({ nameservers })
      const topic = world.name('half')
      await client.producer().send({ topic, body: 'x' })
      const handled = new Handled()
      client.consumer({
        group: world.name('group'),
        subscribe: { [topic]: '*' },
        startFrom: 'first',
        handle: handled.handle,
      })
      await handled.exactly(['x'])
    }
  })

  it('and keeps its connections while consumers wait: brokers and nameservers answer what they are probed with', async () => {
    const client = await world.connect({ probeAfterMs: 200, probeTimeoutMs: 3_000 })
    const problems: unknown[] = []
    client.on('problem', (problem) => problems.push(problem))
    const topic = world.name('quiet')
    await client.admin().topics.create(topic, { queues: 1 })
    const handled = new Handled()
    const consumer = client.consumer({
      group: world.name('group'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      pullWaitMs: 10_000,
      handle: handled.handle,
    })
    consumer.on('problem', (problem) => problems.push(problem))
    await consumer.ready
    await pause(4_000)
    await client.producer().send({ topic, body: 'x' })
    await handled.exactly(['x'])
    expect(problems).toEqual([])
  })

  it('to the queues that a topic still has when it gets fewer', async () => {
    // So that only what is refused tells of the change.
    const client = await world.connect({ pollRouteIntervalMs: 600_000 })
    const topic = world.name('shrunk')
    const operator = (await world.connect()).admin()
    await operator.topics.create(topic, { queues: 8 })
    const producer = client.producer()
    const { queue } = await producer.send({ topic, body: 'x' })
    await operator.topics.update(topic, { queues: 2 })
    const sent = Array.from({ length: 16 }, (_, i) => producer.send({ topic, body: `${i}` }))
    for (const receipt of await Promise.all(sent)) expect(receipt.queue.queueId).toBeLessThan(2)
    for (let i = 0; i < 16; i++) {
      const receipt = await producer.send({ topic, body: 'x' }, { orderKey: `order-${i}` })
      expect(receipt.queue.queueId).toBeLessThan(2)
    }
    const gone = { brokerName: queue.brokerName, queueId: 7 }
    await expect(producer.send({ topic, body: 'x' }, { queue: gone })).rejects.toMatchObject({
      code: 'QUEUE_UNKNOWN',
      details: { topic, queue: gone },
    })
  })

  it('away from queues and topics that are gone, as consumer', async () => {
    const topic = world.name('shrunk')
    const operator = (await world.connect()).admin()
    await operator.topics.create(topic, { queues: 8 })
    // So that only what is refused tells of the change.
    const client = await world.connect({ pollRouteIntervalMs: 600_000 })
    client.on('problem', () => {})
    const options = { subscribe: { [topic]: '*' }, pullWaitMs: 1_000, rebalanceIntervalMs: 600_000 }
    const handle = () => {}
    const consumers = [
      client.consumer({ group: world.name('same-time'), handle, ...options }),
      client.consumer({ group: world.name('in-order'), handle, ordered: true, ...options }),
      client.pullConsumer({ group: world.name('pulled'), ...options }),
    ]
    const queuesOf = (consumer: { queues: { topic: string }[] }) =>
      consumer.queues.filter((queue) => queue.topic === topic).length
    await Promise.all(consumers.map((consumer) => consumer.ready))
    await eventually(() => expect(consumers.map(queuesOf)).toEqual([8, 8, 8]))
    await operator.topics.update(topic, { queues: 2 })
    await eventually(() => expect(consumers.map(queuesOf)).toEqual([2, 2, 2]))
    await operator.topics.delete(topic)
    await eventually(() => expect(consumers.map(queuesOf)).toEqual([0, 0, 0]))
    await operator.topics.create(topic, { queues: 3 })
    await eventually(() => expect(consumers.map(queuesOf)).toEqual([3, 3, 3]), { withinMs: 30_000 })
  })

  it('to a queue that a topic has just got', async () => {
    const client = await world.connect({ pollRouteIntervalMs: 600_000 })
    const topic = world.name('grown')
    const operator = (await world.connect()).admin()
    await operator.topics.create(topic, { queues: 1 })
    const producer = client.producer()
    const { queue } = await producer.send({ topic, body: 'x' })
    await operator.topics.update(topic, { queues: 2 })
    const grown = { brokerName: queue.brokerName, queueId: 1 }
    expect((await producer.send({ topic, body: 'x' }, { queue: grown })).queue).toEqual(grown)
  })

  it('not without any nameserver, and says which it tried', async () => {
    const connecting = connect({ nameservers: DEAD_ADDRESS })
    await expect(connecting).rejects.toMatchObject({
      code: 'NAMESERVERS_UNREACHABLE',
      retryable: true,
      message: expect.stringContaining(DEAD_ADDRESS),
    })
  })

  it('once a nameserver answers, when it waits for one', async () => {
    const [target] = world.nameservers
    const port = await freePort()
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    const connecting = connect({ nameservers: `127.0.0.1:${port}`, waitMs: 20_000 })
    await pause(500)
    await using _nameserver = await ForgetfulFirewall.start(
      () => ({ port: Number(target!.split(':')[1]) }),
      port,
    )
    const client = await connecting
    process.off('warning', onWarning)
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('no nameserver answers yet'),
    ])
    expect((await client.producer().send({ topic: world.name('late'), body: 'x' })).status).toBe('SEND_OK')
    await client.close()
  })

  it('with nameservers in one text, and either header', async () => {
    for (const serialization of ['json', 'rocketmq'] as const) {
      const client = await world.connect({ nameservers: world.nameservers.join(';'), serialization })
      const receipt = await client.producer().send({ topic: world.name('header'), body: serialization })
      expect(receipt.status).toBe('SEND_OK')
    }
  })

  it('not to a topic that nobody has, and says what the nameservers do know', async () => {
    const client = await world.connect()
    const topic = world.name('nowhere')
    await expect(client.admin().topics.route(topic)).rejects.toMatchObject({
      code: 'NO_ROUTE',
      message: expect.stringContaining(`${world.nameservers[0]} does not know the topic, but knows `),
    })
  })
}
