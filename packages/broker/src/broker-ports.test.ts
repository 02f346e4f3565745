import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Resources, silentLogger } from '@rocketeer/foundation'
import { RemotingServer, Router } from '@rocketeer/remoting'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type BrokerPorts, openBrokerPorts } from './broker-ports.js'
import { parseBrokerOptions } from './conf/parse-broker-options.js'
import type { BrokerConfigInput } from './options/options.js'

let resources = new Resources()
afterEach(async () => {
  vi.restoreAllMocks()
  await resources.close()
  resources = new Resources()
})

const onPort = vi.fn()
const onConnection = vi.fn()

async function open(options: Partial<BrokerConfigInput> = {}): Promise<BrokerPorts> {
  const config = parseBrokerOptions({ directory: 'unused', host: '127.0.0.1', port: 0, ...options })
  const router = new Router([])
  return resources.use(await openBrokerPorts({ config, router, logger: silentLogger, onPort, onConnection }))
}

/** A port that is free, like the one two below. */
async function freePort(): Promise<number> {
  const ports = await open()
  await ports.close()
  return ports.port
}

/** Listens at `port` until the test ends. */
async function take(port: number): Promise<void> {
  const server = createServer().listen({ host: '127.0.0.1', port })
  await once(server, 'listening')
  resources.defer(() => server.close())
}

describe('the ports of a broker', () => {
  it('are a free one and the VIP channel two below', async () => {
    const { port, vipPort } = await open()
    expect(vipPort).toBe(port - 2)
    expect(onPort).toHaveBeenLastCalledWith(port)
    for (const end of [port, port - 2]) {
      const before = onConnection.mock.calls.length
      const socket = connect({ host: '127.0.0.1', port: end })
      await expect.poll(() => onConnection.mock.calls.length).toBe(before + 1)
      socket.destroy()
    }
  })

  it('are one port without the VIP channel', async () => {
    const port = await freePort()
    expect(await open({ port, vipChannel: false })).toMatchObject({ port, vipPort: undefined })
    await take(port - 2)
  })

  it('are other free ones when a VIP channel is taken, and one port when there is no pair', async () => {
    const listen = RemotingServer.listen
    let refused = 0
    const spy = vi.spyOn(RemotingServer, 'listen').mockImplementation(async (options) => {
      if (options.port !== 0 && refused++ < 3) throw new Error('taken')
      return listen(options)
    })
    const { port, vipPort } = await open()
    expect(vipPort).toBe(port - 2)
    expect(refused).toBe(4)

    spy.mockImplementation(async (options) => {
      if (options.port !== 0) throw new Error('taken')
      return listen(options)
    })
    expect(await open()).toMatchObject({ port: expect.any(Number), vipPort: undefined })
  })

  it('are free again after the close', async () => {
    const ports = await open()
    await ports.close()
    await take(ports.port)
    await take(ports.port - 2)
  })
})

describe('a broker that cannot listen says why', () => {
  it('when its own port is taken, perhaps by the VIP channel of another broker', async () => {
    const { port } = await open()
    await expect(open({ port: port - 2 })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      details: { port: port - 2, vipOf: port, option: 'port' },
    })
    await expect(open({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE', details: { vipOf: undefined } })
  })

  it('when its VIP channel is taken, and then listens nowhere', async () => {
    const port = await freePort()
    await take(port - 2)
    await expect(open({ port })).rejects.toMatchObject({
      code: 'VIP_CHANNEL_FAILED',
      details: { port, vipPort: port - 2, option: 'port' },
    })
    await take(port)
  })

  it('when there is no port two below', async () => {
    await expect(open({ port: 2 })).rejects.toMatchObject({ code: 'VIP_CHANNEL_FAILED' })
  })
})
