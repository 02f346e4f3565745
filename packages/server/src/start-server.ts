import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Broker, type BrokerOptions, brokerErrors } from '@rocketeer/broker'
import { isRocketeerError, Resources } from '@rocketeer/foundation'
import { Nameserver, nameserverErrors } from '@rocketeer/nameserver'

/** Everything a broker takes (under Apache's names), and where nameserver and broker stand. */
export interface ServerOptions
  extends Omit<BrokerOptions, 'storePathRootDir' | 'namesrvAddr' | 'bindAddress' | 'listenPort'> {
  /** Where messages are kept; a temporary directory, removed at close, unless told. */
  dataDirectory?: string | undefined
  /** IP address nameserver and broker listen on; only this machine reaches them unless told. */
  bindAddress?: string | undefined
  /** A free one unless told. */
  nameserverPort?: number | undefined
  /** A free one unless told. */
  brokerPort?: number | undefined
}

/** Options `startServer` has instead of the broker's own. */
const OPTION_NAMES: Readonly<Record<string, string>> = { listenPort: 'brokerPort', port: 'nameserverPort' }

/** A nameserver and a broker in the caller's process. */
export class Server implements AsyncDisposable {
  readonly nameserver: Nameserver
  readonly broker: Broker
  readonly dataDirectory: string
  /** What clients connect to, for example `127.0.0.1:9876`. */
  readonly nameservers: string[]
  readonly #resources: Resources

  constructor(nameserver: Nameserver, broker: Broker, dataDirectory: string, resources: Resources) {
    this.nameserver = nameserver
    this.broker = broker
    this.dataDirectory = dataDirectory
    this.nameservers = [nameserver.address]
    this.#resources = resources
  }

  /** Resolves when everything is written and, with a temporary data directory, removed. */
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
  const { dataDirectory, nameserverPort = 0, brokerPort = 0, bindAddress = '127.0.0.1', ...rest } = options
  const { clock, logger } = rest
  const resources = new Resources()
  try {
    const directory = dataDirectory ?? (await temporaryDirectory(resources))
    const nameserver = resources.use(
      await Nameserver.start({
        host: bindAddress,
        port: nameserverPort,
        kvConfigPath: join(directory, 'namesrv', 'kvConfig.json'),
        clock,
        logger,
      }),
    )
    const broker = resources.use(
      await Broker.start({
        ...rest,
        storePathRootDir: directory,
        bindAddress,
        listenPort: brokerPort,
        namesrvAddr: nameserver.address,
      }),
    )
    return new Server(nameserver, broker, directory, resources)
  } catch (error) {
    await resources.close()
    throw portInUse(error) ?? error
  }
}

/** The same error, naming the option that this function has for the port. */
function portInUse(error: unknown): unknown {
  if (!isRocketeerError(error, 'PORT_IN_USE') || !('option' in error.details)) return undefined
  const { host, port, option } = error.details
  const factory = option === 'port' ? nameserverErrors.PORT_IN_USE : brokerErrors.PORT_IN_USE
  return factory({ host, port, option: OPTION_NAMES[option] ?? option }, error)
}

async function temporaryDirectory(resources: Resources): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-'))
  resources.defer(() => rm(directory, { recursive: true, force: true }))
  return directory
}
