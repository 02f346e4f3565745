import { join } from 'node:path'
import { type Client, type ClientOptions, connect } from '@rocketeer/client'
import { Resources } from '@rocketeer/foundation'
import { type BrokerProcess, freePort, type NameserverProcess, TemporaryDirectory } from '@rocketeer/test-kit'
import { type PeerKind, startBroker, startNameserver } from '../peers/peer.js'

/** Soon, so that clients of the tests notice changes quickly. */
const POLL_ROUTE_INTERVAL_MS = 500

/**
 * Three brokers and two nameservers, each in a process of its own; a killed broker can be started again with its port and
 * store. Brokers flush a message before they acknowledge it.
 */
export class PeerCluster implements AsyncDisposable {
  readonly brokerNames = ['broker-a', 'broker-b', 'broker-c']
  readonly #kind: PeerKind
  readonly #servers = new Resources()
  readonly #clients = new Resources()
  readonly #nameservers: NameserverProcess[] = []
  readonly #places = new Map<string, { port: number; storeDirectory: string }>()
  readonly #brokers = new Map<string, BrokerProcess>()

  private constructor(kind: PeerKind) {
    this.#kind = kind
  }

  static async start(kind: PeerKind): Promise<PeerCluster> {
    const cluster = new PeerCluster(kind)
    try {
      await cluster.#start()
      return cluster
    } catch (error) {
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  }

  async #start(): Promise<void> {
    const starting = [0, 1].map(async () => {
      const nameserver = this.#servers.use(await startNameserver(this.#kind, { orderTopics: true }))
      this.#nameservers.push(nameserver)
    })
    await Promise.all(starting)
    const stores = await TemporaryDirectory.create('rocketeer-cluster-')
    this.#servers.defer(() => stores.remove())
    for (const name of this.brokerNames) {
      const place = { port: await freePort([-2, 1]), storeDirectory: join(stores.path, name) }
      this.#places.set(name, place)
    }
    await Promise.all(this.brokerNames.map((name) => this.startBroker(name)))
  }

  get nameservers(): string[] {
    return this.#nameservers.map(({ address }) => address)
  }

  async startBroker(brokerName: string): Promise<void> {
    const broker = await startBroker(this.#kind, {
      nameservers: this.nameservers,
      brokerName,
      ...this.#places.get(brokerName)!,
      properties: { flushDiskType: 'SYNC_FLUSH', mappedFileSizeCommitLog: 64 * 1024 * 1024 },
      heap: 'least',
    })
    this.#brokers.set(brokerName, this.#servers.use(broker))
  }

  /** SIGKILL. */
  async killBroker(brokerName: string): Promise<void> {
    await this.#brokers.get(brokerName)!.kill()
  }

  async killNameserver(index: number): Promise<void> {
    await this.#nameservers[index]!.close()
  }

  /** A client that is closed with the cluster. */
  async connect(options: Partial<ClientOptions> = {}): Promise<Client> {
    const usual = { nameservers: this.nameservers, pollRouteIntervalMs: POLL_ROUTE_INTERVAL_MS }
    return this.#clients.use(await connect({ ...usual, ...options }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clients.close()
    await this.#servers.close()
  }
}
