import { nodeFileSystem } from '@rocketeer/files'
import { elapsedTimeOf, isRocketeerError, Resources, silentLogger, systemClock } from '@rocketeer/foundation'
import { RequestCode } from '@rocketeer/protocol'
import { formatAddress, RemotingServer, type RemotingServerOptions, Router } from '@rocketeer/remoting'
import { BrokerTable } from './broker-table.js'
import { nameserverErrors } from './errors.js'
import { KvConfig } from './kv-config.js'
import { LiveConfig } from './live-config.js'
import { type NameserverConfig, type NameserverOptions, parseNameserverOptions } from './options.js'
import { Registrations } from './registrations.js'
import { configRoutes } from './routes/config-routes.js'
import { lookupRoutes } from './routes/lookup-routes.js'
import { registrationRoutes } from './routes/registration-routes.js'
import { topicChangeRoutes } from './routes/topic-change-routes.js'
import { topicListRoutes } from './routes/topic-list-routes.js'
import { StaticTopicTable } from './static-topic-table.js'
import { TopicTable } from './topic-table.js'

const noController = 'this nameserver is no controller: brokers are masters for good, nobody elects them'

/** Requests of mqadmin to a controller, with the reason in the answer why a nameserver does not support them. */
const unsupported: ReadonlyMap<number, string> = new Map<RequestCode, string>([
  [RequestCode.CONTROLLER_ELECT_MASTER, noController],
  [RequestCode.CONTROLLER_GET_METADATA_INFO, noController],
  [RequestCode.CONTROLLER_GET_SYNC_STATE_DATA, noController],
  [RequestCode.CLEAN_BROKER_DATA, noController],
  [RequestCode.GET_CONTROLLER_CONFIG, noController],
  [RequestCode.UPDATE_CONTROLLER_CONFIG, noController],
])

/** Tells clients which brokers have which topics. Nameservers share nothing: brokers register with each. */
export class Nameserver implements AsyncDisposable {
  readonly #server: RemotingServer
  readonly #resources: Resources

  private constructor(server: RemotingServer, resources: Resources) {
    this.#server = server
    this.#resources = resources
  }

  /** Rejects with `OPTION_INVALID`, `PORT_IN_USE`, `LISTEN_FAILED` or `KV_CONFIG_UNREADABLE`. */
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
        new Registrations({ brokers, topics, staticTopics, config, clock: elapsedTimeOf(clock), logger }),
      )
      const routes = [
        ...lookupRoutes({ brokers, topics, staticTopics, kvConfig, config }),
        ...registrationRoutes({ registrations, brokers, kvConfig, config }),
        ...topicChangeRoutes({ brokers, topics }),
        ...topicListRoutes({ brokers, topics, config }),
        ...configRoutes({ kvConfig, live }),
      ]
      const server = resources.use(
        await listen(live.current, new Router(routes, { logger, reasons: unsupported }), {
          logger,
          inFlight: clock.inFlight,
        }),
      )
      live.listensOn(server.port)
      server.onDisconnect((connection) => registrations.dropConnection(connection))
      return new Nameserver(server, resources)
    } catch (error) {
      await resources.close()
      throw error
    }
  }

  /** The port it really listens on, also when option `port` was 0. */
  get port(): number {
    return this.#server.port
  }

  /** `host:port` at which programs on this machine reach the nameserver. */
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
  others: Pick<RemotingServerOptions, 'logger' | 'inFlight'>,
): Promise<RemotingServer> {
  try {
    return await RemotingServer.listen({ host, port, router, ...others })
  } catch (error) {
    if (!isRocketeerError(error, 'PORT_IN_USE')) throw error
    throw nameserverErrors.PORT_IN_USE({ host, port, option: 'port' }, error)
  }
}
