import { createServer } from 'node:net'
import {
  type Closeable,
  isRocketeerError,
  type Logger,
  messageOf,
  type WorkInFlight,
} from '@rocketeer/foundation'
import { FRAME_BYTES_MAX_DEFAULT } from '@rocketeer/protocol'
import { type Connection, RemotingServer, type Router } from '@rocketeer/remoting'
import { brokerErrors } from './errors.js'
import type { BrokerConfig } from './options/options.js'

/**
 * How far the VIP channel is below the broker's port. Clients up to 4.5.0 send and administer there by default. Apache:
 * MixAll.brokerVIPChannel, `fastRemotingServer` of BrokerController.
 */
const VIP_DISTANCE = 2

/** How many free ports are tried until one has a free port for the VIP channel below it. */
const FREE_PORTS_TRIED_MAX = 20

/** Room for header and properties beside the largest body. */
const FRAME_OVERHEAD_BYTES = 1024 * 1024

export interface BrokerPortsOptions {
  config: BrokerConfig
  router: Router
  logger: Logger
  /** Of a manual clock, which then waits for bytes on their way. */
  inFlight?: WorkInFlight | undefined
  /** Called with the broker's port before the first request is handled. */
  onPort(port: number): void
  onConnection(connection: Connection): void
}

/** Where a broker listens. Both ports answer the same requests, with the same limits for each. */
export interface BrokerPorts extends Closeable {
  readonly port: number
  /** The VIP channel; undefined when the option is off, or no free port had a free one below it. */
  readonly vipPort: number | undefined
}

/** Rejects with `PORT_IN_USE`, `VIP_CHANNEL_FAILED` or `LISTEN_FAILED`; then nothing listens. */
export async function openBrokerPorts(options: BrokerPortsOptions): Promise<BrokerPorts> {
  const { host, port, vipChannel } = options.config
  if (!vipChannel) return bothPorts(await listenAtPort(options))
  if (port === 0) return openFreePorts(options)
  const vipPort = port - VIP_DISTANCE
  const failed = (reason: string, error?: unknown) =>
    brokerErrors.VIP_CHANNEL_FAILED({ host, port, vipPort, reason, option: 'port' }, error)
  if (vipPort < 1) throw failed('does not exist')
  const main = await listenAtPort(options)
  try {
    return bothPorts(main, await listenAt(vipPort, options))
  } catch (error) {
    await main.close()
    if (isRocketeerError(error, 'PORT_IN_USE')) throw failed('is taken, perhaps by another broker', error)
    throw failed(`cannot be listened on (${messageOf(error)})`, error)
  }
}

/** Nobody knows a free port yet, so another one may be taken when the one below it is not free. */
async function openFreePorts(options: BrokerPortsOptions): Promise<BrokerPorts> {
  for (let tries = 0; tries < FREE_PORTS_TRIED_MAX; tries++) {
    const main = await listenAtPort(options)
    try {
      return bothPorts(main, await listenAt(main.port - VIP_DISTANCE, options))
    } catch {
      await main.close()
    }
  }
  const main = await listenAtPort(options)
  options.logger.warn(
    { port: main.port },
    'no VIP channel: no free port was found that has another one two below; clients up to 4.5.0 need vipChannelEnabled=false',
  )
  return bothPorts(main)
}

async function listenAtPort(options: BrokerPortsOptions): Promise<RemotingServer> {
  const { host, port } = options.config
  try {
    const server = await listenAt(port, options)
    options.onPort(server.port)
    return server
  } catch (error) {
    if (!isRocketeerError(error, 'PORT_IN_USE')) throw error
    const above = port + VIP_DISTANCE
    const vipOf = (await isTaken(host, above)) ? above : undefined
    throw brokerErrors.PORT_IN_USE({ host, port, vipOf, option: 'port' }, error)
  }
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(true))
    server.listen({ host, port }, () => server.close(() => resolve(false)))
  })
}

async function listenAt(port: number, options: BrokerPortsOptions): Promise<RemotingServer> {
  const { config, router, logger, inFlight } = options
  const limits = {
    idleTimeoutMs: config.idleTimeoutMs,
    frameBytesMax: Math.max(FRAME_BYTES_MAX_DEFAULT, config.messageBytesMax + FRAME_OVERHEAD_BYTES),
  }
  const server = await RemotingServer.listen({ host: config.host, port, router, limits, logger, inFlight })
  server.onConnection(options.onConnection)
  return server
}

function bothPorts(main: RemotingServer, vip?: RemotingServer): BrokerPorts {
  return {
    port: main.port,
    vipPort: vip?.port,
    close: async () => {
      await Promise.all([main.close(), vip?.close()])
    },
  }
}
