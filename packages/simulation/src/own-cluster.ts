import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Broker, type BrokerOptions } from '@rocketeer/broker'
import { type Client, type ClientOptions, connect } from '@rocketeer/client'
import { Resources } from '@rocketeer/foundation'
import { Nameserver, type NameserverOptions } from '@rocketeer/nameserver'

/** Soon, so that clients of the tests notice changes quickly. */
const POLL_ROUTE_INTERVAL_MS = 200

/** Several of our brokers and two nameservers in this process; each can be stopped and started again. */
export class OwnCluster implements AsyncDisposable {
  readonly brokers = new Map<string, Broker>()
  readonly nameservers: Nameserver[] = []
  readonly addresses: string[] = []
  readonly #directory: string
  readonly #options: Partial<BrokerOptions>
  readonly #clients = new Resources()

  private constructor(directory: string, options: Partial<BrokerOptions>) {
    this.#directory = directory
    this.#options = options
  }

  static async start(
    brokerNames: readonly string[],
    options: Partial<BrokerOptions> = {},
  ): Promise<OwnCluster> {
    const cluster = new OwnCluster(await mkdtemp(join(tmpdir(), 'rocketeer-cluster-')), options)
    await cluster.startNameserver(0)
    await cluster.startNameserver(1)
    for (const brokerName of brokerNames) await cluster.startBroker(brokerName)
    return cluster
  }

  /** Starts a nameserver on a free port the first time, on the same port again. */
  async startNameserver(index: number, options: NameserverOptions = {}): Promise<void> {
    const port = this.nameservers[index]?.port ?? 0
    const nameserver = await Nameserver.start({ host: '127.0.0.1', port, ...options })
    this.nameservers[index] = nameserver
    this.addresses[index] = nameserver.address
  }

  /** Starts a broker on a free port each time, with the messages it had. */
  async startBroker(brokerName: string): Promise<void> {
    const broker = await Broker.start({
      ...this.#options,
      brokerName,
      directory: join(this.#directory, brokerName),
      host: '127.0.0.1',
      port: 0,
      nameservers: this.addresses,
    })
    this.brokers.set(brokerName, broker)
  }

  async stopBroker(brokerName: string): Promise<void> {
    await this.brokers.get(brokerName)?.close()
    this.brokers.delete(brokerName)
  }

  /** A client that is closed with the cluster. */
  async connect(options: Partial<ClientOptions> = {}): Promise<Client> {
    const usual = { nameservers: this.addresses, pollRouteIntervalMs: POLL_ROUTE_INTERVAL_MS }
    return this.#clients.use(await connect({ ...usual, ...options }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clients.close()
    await Promise.all([...this.brokers.values()].map((broker) => broker.close()))
    await Promise.all(this.nameservers.map((nameserver) => nameserver.close()))
    await rm(this.#directory, { recursive: true, force: true })
  }
}
