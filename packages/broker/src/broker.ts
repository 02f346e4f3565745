import { nodeFileSystem } from '@rocketeer/files'
import { isRocketeerError, type Logger, Resources, silentLogger, systemClock } from '@rocketeer/foundation'
import { FRAME_BYTES_MAX_DEFAULT } from '@rocketeer/protocol'
import { RemotingClient, RemotingServer, Router } from '@rocketeer/remoting'
import { unsupported } from './admin/unsupported.js'
import { RouteCache } from './assignment/route-cache.js'
import { parseBrokerOptions } from './conf/parse-broker-options.js'
import { brokerErrors } from './errors.js'
import { LiveConfig } from './options/live-config.js'
import type { BrokerConfig, BrokerOptions } from './options/options.js'
import { watchAddresses } from './registration/address-watch.js'
import { advertisedAddress } from './registration/advertised-address.js'
import { Registration } from './registration/registration.js'
import { dutiesOf, openWings, routesOf } from './wings.js'

/** One RocketMQ broker: a store, the tables beside it, and a port that answers. */
export class Broker implements AsyncDisposable {
  /** The port it listens on, a real one also when the option is 0; clients are told `address`. */
  readonly port: number
  /** `host:port` that clients get from the nameserver. */
  readonly address: string
  readonly #config: LiveConfig
  readonly #resources: Resources

  private constructor(config: LiveConfig, port: number, address: string, resources: Resources) {
    this.#config = config
    this.port = port
    this.address = address
    this.#resources = resources
  }

  /**
   * Resolves when the broker answers and every nameserver that can be reached knows it. Throws `OPTION_INVALID`,
   * `PORT_IN_USE`, `CONFIG_FILE_BROKEN`, or what the store finds wrong with its directory (`DIRECTORY_IN_USE`).
   */
  static async start(options: BrokerOptions): Promise<Broker> {
    const { ioClock, commandLineOptions, ...given } = options
    const { clock = systemClock, logger = silentLogger, files = nodeFileSystem, ...others } = given
    const { random = Math.random, ...brokerOptions } = others
    const config = new LiveConfig(parseBrokerOptions(brokerOptions))
    const resources = new Resources()
    try {
      const advertised = await advertisedAddress(config.current)
      const client = resources.use(new RemotingClient())
      const routes = new RouteCache({ client, config, clock, logger })
      const environment = {
        directory: config.current.directory,
        config,
        clock,
        ioClock,
        files,
        random,
        logger,
        address: () => advertised.text,
        storeHost: () => advertised.encoded,
        topicRoute: (topic: string) => routes.of(topic),
        commandLineOptions,
      }
      const wings = await openWings(environment, resources)
      const server = resources.use(
        await listen(config.current, new Router(routesOf(wings), { logger, reasons: unsupported }), logger),
      )
      advertised.listensOn(server.port)
      config.listensOn({
        port: server.port,
        advertisedHost: config.current.advertisedHost ?? advertised.host,
      })
      // Behind `advertise` stands a port mapping or NAT: clients rightly arrive at another address.
      if (options.advertise === undefined) server.onConnection(watchAddresses(advertised, logger))

      const duties = dutiesOf(wings)
      resources.defer(() => duties.stop())
      duties.start()

      const { topics } = wings
      await resources.use(new Registration({ advertised, topics, config, client, clock, logger })).start()
      return new Broker(config, server.port, advertised.text, resources)
    } catch (error) {
      await resources.close()
      throw error
    }
  }

  /** The options as they are now: administrators may change some while the broker runs. */
  get config(): BrokerConfig {
    return this.#config.current
  }

  /** Unregisters from the nameservers, finishes the requests under way, and writes everything to disk. */
  close(): Promise<void> {
    return this.#resources.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** Room for header and properties beside the largest body. */
const FRAME_OVERHEAD_BYTES = 1024 * 1024

async function listen(config: BrokerConfig, router: Router, logger: Logger): Promise<RemotingServer> {
  const { host, port } = config
  const limits = {
    idleTimeoutMs: config.idleTimeoutMs,
    frameBytesMax: Math.max(FRAME_BYTES_MAX_DEFAULT, config.messageBytesMax + FRAME_OVERHEAD_BYTES),
  }
  try {
    return await RemotingServer.listen({ host, port, router, limits, logger })
  } catch (error) {
    if (!isRocketeerError(error, 'PORT_IN_USE')) throw error
    throw brokerErrors.PORT_IN_USE({ host, port, option: 'port' }, error)
  }
}
