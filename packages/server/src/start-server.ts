import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Broker, type BrokerOptions, brokerErrors } from '@rocketeer/broker'
import { isRocketeerError, Resources } from '@rocketeer/foundation'
import { Nameserver } from '@rocketeer/nameserver'

/** Everything a broker takes, and where nameserver and broker stand. */
export interface ServerOptions extends Omit<BrokerOptions, 'directory' | 'nameservers' | 'host' | 'port'> {
  /** Where messages are kept; a temporary directory, removed at close, unless given. */
  directory?: string | undefined
  /** Address nameserver and broker listen on; only this machine reaches them unless given. */
  host?: string | undefined
  /** A free one unless given. */
  nameserverPort?: number | undefined
  /** A free one unless given. */
  brokerPort?: number | undefined
}

/** A nameserver and a broker in the caller's process. */
export class Server implements AsyncDisposable {
  readonly nameserver: Nameserver
  readonly broker: Broker
  readonly directory: string
  /** What clients connect to, for example `127.0.0.1:9876`. */
  readonly nameservers: string[]
  readonly #resources: Resources

  constructor(nameserver: Nameserver, broker: Broker, directory: string, resources: Resources) {
    this.nameserver = nameserver
    this.broker = broker
    this.directory = directory
    this.nameservers = [nameserver.address]
    this.#resources = resources
  }

  /** Resolves when everything is written and, with a temporary directory, removed. */
  close(): Promise<void> {
    return this.#resources.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/**
 * Starts a nameserver and a broker that is registered with it; several may run side by side. Throws `PORT_IN_USE`,
 * `DIRECTORY_IN_USE`, `OPTION_INVALID`.
 *
 *     await using server = await startServer()
 *     const client = await connect({ nameservers: server.nameservers })
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { directory, nameserverPort = 0, brokerPort = 0, host = '127.0.0.1', ...others } = options
  const { clock, logger, files } = others
  const resources = new Resources()
  try {
    const root = directory ?? (await temporaryDirectory(resources))
    const kvConfigPath = join(root, 'namesrv', 'kvConfig.json')
    const nameserver = resources.use(
      await onPort('nameserverPort', () =>
        Nameserver.start({ host, port: nameserverPort, kvConfigPath, clock, logger, files }),
      ),
    )
    const nameservers = nameserver.address
    const broker = resources.use(
      await onPort('brokerPort', () =>
        Broker.start({ ...others, directory: root, host, port: brokerPort, nameservers }),
      ),
    )
    return new Server(nameserver, broker, root, resources)
  } catch (error) {
    await resources.close()
    throw error
  }
}

/** `PORT_IN_USE` names the option that this function has for the port. */
async function onPort<Started>(option: string, start: () => Promise<Started>): Promise<Started> {
  try {
    return await start()
  } catch (error) {
    if (!isRocketeerError(error, 'PORT_IN_USE')) throw error
    const { host, port } = error.details
    throw brokerErrors.PORT_IN_USE({ host, port, option }, error)
  }
}

async function temporaryDirectory(resources: Resources): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-'))
  resources.defer(() => rm(directory, { recursive: true, force: true }))
  return directory
}
