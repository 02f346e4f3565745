import { type Logger, Resources, silentLogger, systemClock } from '@rocketeer/foundation'
import { RemotingServer, Router } from '@rocketeer/remoting'
import { MessageStore } from '@rocketeer/store'
import { LiveConfig } from './live-config.js'
import { type BrokerOptions, parseBrokerOptions } from './options.js'
import { type BrokerParts, brokerRoutes } from './routes.js'

/** One RocketMQ broker: a store, the tables beside it, and a port that answers. */
export class Broker implements AsyncDisposable {
  readonly config: LiveConfig
  readonly #server: RemotingServer
  readonly #resources: Resources

  private constructor(config: LiveConfig, server: RemotingServer, resources: Resources) {
    this.config = config
    this.#server = server
    this.#resources = resources
  }

  /** Throws `OPTION_INVALID`, `PORT_IN_USE`, or what the store finds wrong with its directory. */
  static async start(options: BrokerOptions): Promise<Broker> {
    const { clock = systemClock, logger = silentLogger, ...rest } = options
    const config = new LiveConfig(parseBrokerOptions(rest))
    const resources = new Resources()
    try {
      const store = resources.use(await openStore(config, { clock, logger }))
      const parts: BrokerParts = { clock, logger, config, store }
      const router = new Router(brokerRoutes(parts), logger)
      const server = resources.use(await listen(config, router, logger))
      return new Broker(config, server, resources)
    } catch (error) {
      await resources.close()
      throw error
    }
  }

  get port(): number {
    return this.#server.port
  }

  close(): Promise<void> {
    return this.#resources.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function openStore({ current }: LiveConfig, environment: Pick<BrokerParts, 'clock' | 'logger'>) {
  return MessageStore.open({ directory: current.storePathRootDir, ...environment })
}

function listen({ current }: LiveConfig, router: Router, logger: Logger): Promise<RemotingServer> {
  return RemotingServer.listen({ host: current.bindAddress, port: current.listenPort, router, logger })
}
