import { makeDirectory, nodeFileSystem } from '@rocketeer/files'
import { Resources, silentLogger, systemClock } from '@rocketeer/foundation'
import { getKvConfig, noKvConfig } from '@rocketeer/protocol/commands'
import { type Probe, RemotingClient, Router } from '@rocketeer/remoting'
import { unsupported } from './admin/unsupported.js'
import { RouteCache } from './assignment/route-cache.js'
import { type BrokerPorts, openBrokerPorts } from './broker-ports.js'
import { type UnfinishedMessages, unfinishedMessages } from './clients/unfinished-messages.js'
import { parseBrokerOptions } from './conf/parse-broker-options.js'
import { LiveConfig } from './options/live-config.js'
import type { BrokerConfig, BrokerOptions } from './options/options.js'
import { watchAddresses } from './registration/address-watch.js'
import { advertisedAddress } from './registration/advertised-address.js'
import { Registration } from './registration/registration.js'
import { dutiesOf, openWings, routesOf, type Wings } from './wings.js'

/** One RocketMQ broker: a store, the tables beside it, and a port that answers. */
export class Broker implements AsyncDisposable {
  /** The port it listens on, a real one also when the option is 0; clients are told `address`. */
  readonly port: number
  /** The port of the VIP channel, two below `port`; undefined where there is none. */
  readonly vipPort: number | undefined
  /** `host:port` that clients get from the nameserver. */
  readonly address: string
  readonly #config: LiveConfig
  readonly #wings: Wings
  readonly #resources: Resources

  private constructor(wings: Wings, ports: BrokerPorts, resources: Resources) {
    this.#wings = wings
    this.#config = wings.config
    this.port = ports.port
    this.vipPort = ports.vipPort
    this.address = wings.address()
    this.#resources = resources
  }

  /**
   * Resolves when the broker answers and every nameserver that can be reached knows it. Throws `OPTION_INVALID`,
   * `PORT_IN_USE`, `VIP_CHANNEL_FAILED`, `CONFIG_FILE_BROKEN`, `NOT_A_DIRECTORY`, or what the store finds wrong with its
   * directory (`DIRECTORY_IN_USE`).
   */
  static async start(options: BrokerOptions): Promise<Broker> {
    const { ioClock, commandLineOptions, ...given } = options
    const { clock = systemClock, logger = silentLogger, files = nodeFileSystem, ...others } = given
    const { random = Math.random, ...brokerOptions } = others
    const config = new LiveConfig(parseBrokerOptions(brokerOptions))
    const resources = new Resources()
    try {
      await makeDirectory(files, config.current.directory)
      const advertised = await advertisedAddress(config.current)
      const { inFlight } = clock
      const client = resources.use(new RemotingClient({ probe: probeNameserver, inFlight }))
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
      const router = new Router(routesOf(wings), { logger, reasons: unsupported })
      const ports = await openBrokerPorts({
        config: config.current,
        router,
        logger,
        inFlight,
        onPort(port) {
          advertised.listensOn(port)
          config.listensOn({ port, advertisedHost: config.current.advertisedHost ?? advertised.host })
        },
        // Behind `advertise` stands a port mapping or NAT: clients rightly arrive at another address.
        onConnection: options.advertise === undefined ? watchAddresses(advertised, logger) : () => {},
      })
      resources.use(ports)

      const duties = dutiesOf(wings)
      resources.defer(() => duties.stop())
      duties.start()

      const { topics, consumers } = wings
      const registration = new Registration({
        ...{ advertised, topics, config, client, clock, logger },
        // Members that found no such topic need not wait until they look again.
        onAnnounced: (changed) => {
          for (const { topicName } of changed) consumers.tellSubscribers(topicName)
        },
      })
      await resources.use(registration).start()
      return new Broker(wings, ports, resources)
    } catch (error) {
      await resources.close()
      throw error
    }
  }

  /** The options as they are now: administrators may change some while the broker runs. */
  get config(): BrokerConfig {
    return this.#config.current
  }

  /** What the groups that have members now have not finished; asks the members. Empty when they have nothing to do. */
  unfinishedMessages(): Promise<UnfinishedMessages[]> {
    return unfinishedMessages(this.#wings)
  }

  /** Unregisters from the nameservers, finishes the requests under way, and writes everything to disk. */
  close(): Promise<void> {
    return this.#resources.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** This client's peers are nameservers. */
const probeNameserver: Probe = (connection, _address, options) =>
  connection.request(getKvConfig, noKvConfig, undefined, options)
