import { nodeFileSystem } from '@rocketeer/files'
import { isRocketeerError, type Logger, Resources, silentLogger, systemClock } from '@rocketeer/foundation'
import { formatAddress, RemotingServer, Router } from '@rocketeer/remoting'
import { BrokerTable } from './broker-table.js'
import { nameserverErrors } from './errors.js'
import { kvConfigRoutes } from './handlers/kv-config.js'
import { namesrvConfigRoutes } from './handlers/namesrv-config.js'
import { registrationRoutes } from './handlers/registration.js'
import { routingRoutes } from './handlers/routing.js'
import { topicListRoutes } from './handlers/topic-lists.js'
import { topicRoutes } from './handlers/topics.js'
import { KvConfig } from './kv-config.js'
import { LiveConfig } from './live-config.js'
import { notHere } from './not-here.js'
import { type NameserverConfig, type NameserverOptions, parseNameserverOptions } from './options.js'
import { Registrations } from './registrations.js'
import { StaticTopicTable } from './static-topic-table.js'
import { TopicTable } from './topic-table.js'

/** Tells clients which brokers hold which topics. Nameservers share nothing: brokers register with each. */
export class Nameserver implements AsyncDisposable {
  readonly #server: RemotingServer
  readonly #resources: Resources

  private constructor(server: RemotingServer, resources: Resources) {
    this.#server = server
    this.#resources = resources
  }

  /** Throws `OPTION_INVALID`, `PORT_IN_USE` or `KV_CONFIG_UNREADABLE`. */
  static async start(options: NameserverOptions = {}): Promise<Nameserver> {
    const { clock = systemClock, logger = silentLogger, files = nodeFileSystem, ...rest } = options
    const live = new LiveConfig(parseNameserverOptions(rest))
    const config = () => live.current
    const resources = new Resources()
    try {
      const kvConfig = resources.use(await KvConfig.open({ path: live.current.kvConfigPath, files, logger }))
      const brokers = new BrokerTable()
      const topics = new TopicTable()
      const staticTopics = new StaticTopicTable()
      const registrations = resources.use(
        new Registrations({ brokers, topics, staticTopics, config, clock, logger }),
      )
      const routes = [
        ...routingRoutes({ brokers, topics, staticTopics, kvConfig, config }),
        ...registrationRoutes({ registrations, brokers, kvConfig, config }),
        ...topicRoutes({ brokers, topics }),
        ...topicListRoutes({ brokers, topics, config }),
        ...kvConfigRoutes(kvConfig),
        ...namesrvConfigRoutes(live),
      ]
      const server = resources.use(
        await listen(live.current, new Router(routes, { logger, reasons: notHere }), logger),
      )
      live.listensOn(server.port)
      server.onDisconnect((connection) => registrations.dropConnection(connection))
      return new Nameserver(server, resources)
    } catch (error) {
      await resources.close()
      throw error
    }
  }

  get port(): number {
    return this.#server.port
  }

  /** `host:port` for programs on this machine. */
  get address(): string {
    const { host, port } = this.#server
    return formatAddress(host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port)
  }

  close(): Promise<void> {
    return this.#resources.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

async function listen(
  { host, port }: NameserverConfig,
  router: Router,
  logger: Logger,
): Promise<RemotingServer> {
  try {
    return await RemotingServer.listen({ host, port, router, logger })
  } catch (error) {
    if (!isRocketeerError(error, 'PORT_IN_USE')) throw error
    throw nameserverErrors.PORT_IN_USE({ host, port, option: 'port' }, error)
  }
}
