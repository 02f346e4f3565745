import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, Resources } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { TopicRouteData } from '@rocketeer/protocol/bodies'
import { getBrokerConfig, getRouteinfoByTopic, updateAndCreateTopic } from '@rocketeer/protocol/commands'
import { RemotingClient } from '@rocketeer/remoting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Server, type ServerOptions, startServer } from './start-server.js'

let resources: Resources
let client: RemotingClient

beforeEach(() => {
  resources = new Resources()
  client = resources.use(new RemotingClient())
})
afterEach(() => resources.close())

async function start(options?: ServerOptions): Promise<Server> {
  return resources.use(await startServer(options))
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-test-'))
  resources.defer(() => rm(directory, { recursive: true, force: true }))
  return directory
}

async function createTopic(server: Server, topic: string) {
  const { code, remark } = await client.request(server.broker.address, updateAndCreateTopic, {
    topic,
    defaultTopic: 'TBW102',
    readQueueNums: 3,
    writeQueueNums: 3,
    perm: 6,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: false,
    attributes: '',
    force: false,
  })
  expect([code, remark]).toEqual([ResponseCode.SUCCESS, undefined])
}

async function routeOf(server: Server, topic: string) {
  const { code, body } = await client.request(server.nameservers[0]!, getRouteinfoByTopic, { topic })
  return code === ResponseCode.SUCCESS ? TopicRouteData.decode(body) : undefined
}

describe('an embedded server', () => {
  it('takes free ports and a temporary directory, which close removes', async () => {
    const startedAt = performance.now()
    const server = await startServer()
    process.stdout.write(`embedded server ready after ${Math.round(performance.now() - startedAt)} ms\n`)
    expect(server.nameservers[0]).toMatch(/^127\.0\.0\.1:\d+$/)
    expect(existsSync(join(server.directory, 'commitlog'))).toBe(true)
    await server.close()
    expect(existsSync(server.directory)).toBe(false)
  })

  it('gives a new topic a route before it answers the administrator', async () => {
    const server = await start()
    await createTopic(server, 'orders')
    const route = await routeOf(server, 'orders')
    expect(route?.queueDatas).toMatchObject([{ readQueueNums: 3, perm: 6 }])
    expect(route?.brokerDatas[0]?.brokerAddrs.get(0)).toBe(server.broker.address)
  })

  it('runs beside other servers in one process', async () => {
    const servers = await Promise.all([start(), start(), start()])
    await createTopic(servers[1]!, 'only-here')
    const routes = await Promise.all(servers.map((server) => routeOf(server, 'only-here')))
    expect(routes.map((route) => route !== undefined)).toEqual([false, true, false])
  })

  it('keeps topics in a given directory', async () => {
    const options = { directory: await temporaryDirectory() }
    const first = await startServer(options)
    await createTopic(first, 'orders')
    await first.close()
    expect(existsSync(join(options.directory, 'abort'))).toBe(false)
    const second = await start(options)
    expect(await routeOf(second, 'orders')).toBeDefined()
  })

  it('stays registered for hours of an injected clock, and leaves no timer behind', async () => {
    const clock = new ManualClock()
    const server = await startServer({ clock })
    await clock.advance(3 * 3_600_000)
    expect(await routeOf(server, 'TBW102')).toBeDefined()
    await server.close()
    expect(clock.pending).toBe(0)
  })

  it('answers the same on the VIP channel, where Java clients up to 4.5.0 send', async () => {
    const { broker } = await start({ brokerName: 'broker-x' })
    expect(broker.vipPort).toBe(broker.port - 2)
    const { body } = await client.request(`127.0.0.1:${broker.vipPort}`, getBrokerConfig, {})
    expect(body.toString()).toContain('brokerName=broker-x')
  })

  it('reports the port it really listens on', async () => {
    const server = await start({ brokerName: 'broker-x' })
    const { body } = await client.request(server.broker.address, getBrokerConfig, {})
    expect(body.toString().split('\n')).toEqual(
      expect.arrayContaining([
        `listenPort=${server.broker.port}`,
        'brokerName=broker-x',
        'brokerIP1=127.0.0.1',
      ]),
    )
  })
})

describe('a server that cannot start says why', () => {
  it('when a port is in use, with the option to change', async () => {
    const { nameserver, broker } = await start()
    await expect(startServer({ nameserverPort: nameserver.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      details: { port: nameserver.port, option: 'nameserverPort' },
    })
    await expect(startServer({ brokerPort: broker.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      details: { port: broker.port, option: 'brokerPort' },
    })
  })

  it('when the VIP channel of its broker is in use, with the option to change', async () => {
    const { broker } = await start()
    // Its VIP channel would be where the other broker listens.
    await expect(startServer({ brokerPort: broker.port + 2 })).rejects.toMatchObject({
      code: 'VIP_CHANNEL_FAILED',
      details: { port: broker.port + 2, vipPort: broker.port, option: 'brokerPort' },
    })
  })

  it('when its directory is in use', async () => {
    const options = { directory: await temporaryDirectory() }
    await start(options)
    await expect(startServer(options)).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE' })
  })

  it('when its directory, or one above it, is a file', async () => {
    const file = join(await temporaryDirectory(), 'orders')
    await writeFile(file, '')
    for (const directory of [file, join(file, 'data')]) {
      const started = startServer({ directory })
      await expect(started).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' })
    }
  })

  it('when an option is unknown or impossible', async () => {
    const options = { fileReservedHours: 0, flushDisk: 'SYNC' } as ServerOptions
    await expect(startServer(options)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: {
        problems: [expect.stringContaining('fileReservedHours'), expect.stringContaining('flushDisk')],
      },
    })
  })

  it.each([[{ directory: 5 }], [{ directory: '' }], [5], ['here'], [[]]])(
    'when it is given %o',
    async (options) => {
      await expect(startServer(options as ServerOptions)).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    },
  )

  it.each([
    [{ brokerport: 1 }, 'startServer: unknown option "brokerport"; did you mean "brokerPort"?'],
    [{ listenPort: 1 }, 'startServer: "listenPort" is called "brokerPort" here'],
    [{ port: 1 }, /^startServer: unknown option "port": the broker listens on "brokerPort"/],
    [{ nameservers: 'a:1' }, /^startServer: unknown option "nameservers": the broker registers/],
  ])('when an option belongs elsewhere: %o', async (options, text) => {
    await expect(startServer(options as ServerOptions)).rejects.toThrow(text)
  })

  it('when the system makes no such directory', async ({ skip }) => {
    skip(process.platform !== 'linux', 'needs a /proc')
    await expect(startServer({ directory: '/proc/rocketeer/data' })).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.each([['nameserverPort'], ['brokerPort']])('when its option %s is impossible', async (option) => {
    await expect(startServer({ [option]: 70_000 })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { problems: [expect.stringContaining(`"${option}"`)] },
    })
  })

  it('and closes everything it had opened', async () => {
    const clock = new ManualClock()
    await expect(startServer({ clock, delayLevels: 'soon' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    })
    expect(clock.pending).toBe(0)
  })
})
