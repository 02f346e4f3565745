import { connect } from '@rocketeer/client'
import { isRocketeerError, ManualClock } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import { eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from '../handled.js'

it('tells once that the nameserver and the broker of many queues are away, each time they are', async () => {
  await using directory = await TemporaryDirectory.create()
  const clock = new ManualClock()
  const start = (ports = {}) => startServer({ directory: directory.path, vipChannel: false, ...ports })
  let server = await start()
  const brokerPort = Number(server.broker.address.split(':')[1])
  const ports = { brokerPort, nameserverPort: server.nameserver.port }
  const client = await connect({ nameservers: server.nameservers, clock })
  await client.admin().topics.create('orders', { queues: 8 })
  const handled = new Handled()
  const consumer = client.consumer({
    group: 'readers',
    subscribe: { orders: '*' },
    handle: handled.handle,
  })
  let told: string[] = []
  const codeOf = (error: unknown) => (isRocketeerError(error) ? error.code : String(error))
  consumer.on('problem', (error) => told.push(`consumer: ${codeOf(error)}`))
  client.on('problem', (error) => told.push(`client: ${codeOf(error)}`))
  await consumer.ready

  for (const body of ['first', 'second']) {
    told = []
    await server.close()
    await eventually(() => told.includes('consumer: CONNECTION_CLOSED'))
    await eventually(async () => {
      await clock.advance(1_000)
      return told.includes('consumer: BROKER_UNREACHABLE')
    })
    for (let second = 0; second < 20; second++) await clock.advance(1_000)
    const problems = ['CONNECTION_CLOSED', 'BROKER_UNREACHABLE', 'NAMESERVERS_UNREACHABLE']
    expect(told.toSorted()).toEqual(
      ['client', 'consumer'].flatMap((listener) => problems.toSorted().map((each) => `${listener}: ${each}`)),
    )

    server = await start(ports)
    const sent = client.producer().send({ topic: 'orders', body })
    await eventually(async () => {
      await clock.advance(1_000)
      return handled.bodies.includes(body)
    })
    await sent
  }
  await client.close()
  await server.close()
})
