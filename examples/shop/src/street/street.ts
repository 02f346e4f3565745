import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '@rocketeer/client'
import { openDatabase, type ServiceDatabase } from '../databases/database.js'
import type { ShopEvent, TimedEvent } from '../services/events.js'
import { type Move, type Remedy, type ServiceConfig, topicOf } from '../services/service.js'
import { DatabaseServers, type Databases } from './database-servers.js'
import { type PortName, Ports } from './ports.js'
import { Program } from './program.js'

const SERVICES = ['logistics', 'coupon', 'red-packet', 'points', 'warehouse', 'order'] as const
/** Those that keep the analytics copy of the orders. */
const COPY_SERVICES = ['analytics-1', 'analytics-2', 'change-relay'] as const
/** Those that need a table of another service, and so start after the others. */
const LAST_SERVICES: readonly string[] = ['change-relay']
export type ServiceName = (typeof SERVICES)[number] | (typeof COPY_SERVICES)[number]

/** How a street is built. */
export interface StreetOptions {
  readonly directory: string
  /** A cluster that runs elsewhere, for example Apache RocketMQ; a cluster of our own without. */
  readonly nameservers?: string | undefined
  readonly without?: Remedy | undefined
  readonly announce: ServiceConfig['announce']
  readonly retriesMax: number
  readonly closeAfterMs?: number | undefined
  /** Queues of the topic of paid orders, 8 by default. */
  readonly queues?: number | undefined
  /** Has the order service use a MariaDB, and a copy of its orders kept. */
  readonly hasCopy?: boolean | undefined
  readonly copyTakesMs?: number | undefined
  readonly databases: Databases
  readonly speed: number
  /** Aborted while the street opens, it clears away what it has opened so far. */
  readonly signal: AbortSignal
  readonly onEvent: (event: TimedEvent) => void
}

const QUEUES = 8
const CLUSTER_WAIT_MS = 60_000

const clusterFile = new URL('./cluster-program.js', import.meta.url)
const serviceFile = new URL('../services/program.js', import.meta.url)

/**
 * Everything that is up: the cluster and each service in a process of its own, with a database of its own. The wounds
 * stop, kill and start them.
 */
export class Street {
  #nameservers: string
  #cluster: Program | undefined
  #newCluster: Program | undefined
  /** The clusters that there were, and the pair of ports that the next one gets. */
  #clusters = 0
  readonly #options: StreetOptions
  readonly #services = new Map<ServiceName, Program>()
  readonly #ports: Ports
  readonly #servers: DatabaseServers
  #openedAt = performance.now()

  private constructor(options: StreetOptions, ports: Ports) {
    this.#options = options
    this.#ports = ports
    this.#servers = new DatabaseServers(options.databases, options.hasCopy === true)
    this.#nameservers = options.nameservers ?? this.#nameserversOfNext
    if (options.nameservers === undefined) this.#cluster = this.#nextCluster()
  }

  /** Of the cluster that everything runs on. */
  get nameservers(): string {
    return this.#nameservers
  }

  /** Nameserver and broker that everything runs on; undefined for a cluster that runs elsewhere. */
  get cluster(): Program | undefined {
    return this.#cluster
  }

  /** Starts an empty cluster to move to; resolves to its nameservers. */
  async openNewCluster(): Promise<string> {
    const nameservers = this.#nameserversOfNext
    this.#newCluster = this.#nextCluster()
    await this.#newCluster.start()
    return nameservers
  }

  /** Has all services work with the new cluster alone, and stops the old one for good. */
  async leaveOldCluster(nameservers: string): Promise<void> {
    await this.#createTopics(nameservers)
    await this.deploy([...this.#services.keys()], { nameservers, move: undefined })
    const old = this.#cluster
    this.#nameservers = nameservers
    this.#cluster = this.#newCluster
    this.#newCluster = undefined
    await old?.stop()
  }

  get #nameserversOfNext(): string {
    return `127.0.0.1:${this.#ports.of(this.#clusters % 2 === 0 ? 'nameserver' : 'newNameserver')}`
  }

  /** Two clusters are there at most, so each gets the ports of the last but one. */
  #nextCluster(): Program {
    const [nameserver, broker]: PortName[] =
      this.#clusters % 2 === 0 ? ['nameserver', 'broker'] : ['newNameserver', 'newBroker']
    const config = {
      directory: join(this.#options.directory, `cluster-${++this.#clusters}`),
      nameserverPort: this.#ports.of(nameserver!),
      brokerPort: this.#ports.of(broker!),
      speed: this.#options.speed,
    }
    const program: Program = new Program('the cluster', clusterFile, config, (event) =>
      this.#tellOfCluster(program, event),
    )
    return program
  }

  static async open(options: StreetOptions): Promise<Street> {
    const street = new Street(options, await Ports.reserve())
    try {
      await street.#start()
      street.#openedAt = performance.now()
    } catch (error) {
      await street.close()
      throw error
    }
    return street
  }

  /** Milliseconds since everything was up. */
  get elapsedMs(): number {
    return performance.now() - this.#openedAt
  }

  service(name: ServiceName): Program {
    const program = this.#services.get(name)
    if (!program) throw new Error(`the street has no service "${name}"`)
    return program
  }

  get hasCopy(): boolean {
    return this.#options.hasCopy === true
  }

  /** Has services end and start again with another configuration, as a deployment does. */
  async deploy(names: readonly ServiceName[], changes: Partial<ServiceConfig>): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const program = this.service(name)
        await program.stop()
        program.configure(changes)
        await program.start()
      }),
    )
  }

  /** Has running services take a step on their way to the new cluster, and start at it when they start again. */
  async move(names: readonly ServiceName[], move: Move): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const program = this.service(name)
        program.configure({ move })
        await program.move(move)
      }),
    )
  }

  /** The address of a service that speaks HTTP. */
  urlOf(name: 'order' | 'logistics'): string {
    return `http://127.0.0.1:${this.#ports.of(name)}`
  }

  databaseOf(name: ServiceName): string {
    return this.#servers.urlOf(name) ?? `sqlite:${join(this.#options.directory, `${name}.db`)}`
  }

  /** Opens the database of a service that is stopped, to read its books. */
  openDatabase(name: ServiceName): Promise<ServiceDatabase> {
    return openDatabase(this.databaseOf(name))
  }

  /** The folder with the databases, and with the cluster when it is one of our own. */
  get directory(): string {
    return this.#options.directory
  }

  /** Starts the services again that were stopped. */
  async startServices(): Promise<void> {
    const all = [...this.#services.values()]
    const isLast = ({ name }: Program) => LAST_SERVICES.includes(name)
    await Promise.all(all.filter((each) => !isLast(each)).map((program) => program.start()))
    await Promise.all(all.filter(isLast).map((program) => program.start()))
  }

  /** Lets every service finish what is under way, and stops it. */
  async stopServices(): Promise<void> {
    await Promise.all([...this.#services.values()].map((program) => program.stop()))
  }

  async close(): Promise<void> {
    await this.stopServices()
    await Promise.all([this.#cluster?.stop(), this.#newCluster?.stop()])
    await this.#servers.close()
    this.#ports.release()
    await rm(this.#options.directory, { recursive: true, force: true })
  }

  async #start(): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true })
    const { hasCopy, signal } = this.#options
    await this.#cluster?.start()
    signal.throwIfAborted()
    await this.#createTopics(this.nameservers)
    await this.#servers.start(this.#ports)
    signal.throwIfAborted()
    for (const name of [...SERVICES, ...(hasCopy ? COPY_SERVICES : [])])
      this.#services.set(name, this.#programOf(name))
    await this.startServices()
    signal.throwIfAborted()
  }

  /** Before any service: none depends on another one that makes its topic. */
  async #createTopics(nameservers: string): Promise<void> {
    const { queues = QUEUES, hasCopy, closeAfterMs } = this.#options
    await using client = await connect({ nameservers, waitMs: CLUSTER_WAIT_MS })
    const { topics } = client.admin()
    await topics.create(topicOf('order-paid'), { queues })
    if (closeAfterMs !== undefined) await topics.create(topicOf('order-unpaid'), { queues: QUEUES })
    if (hasCopy) await topics.create(topicOf('order-changes'), { queues: QUEUES })
  }

  #programOf(name: ServiceName): Program {
    const { directory, without, announce, retriesMax, closeAfterMs, hasCopy, copyTakesMs } = this.#options
    const config: ServiceConfig = {
      service: name,
      nameservers: this.nameservers,
      database: this.databaseOf(name),
      inbox: this.#servers.inboxOf(name),
      directory: join(directory, name),
      ports: { order: this.#ports.of('order'), logistics: this.#ports.of('logistics') },
      without,
      announce,
      retriesMax,
      closeAfterMs,
      hasCopy,
      copyTakesMs,
    }
    return new Program(name, serviceFile, config, (event) => this.#tell(name, event))
  }

  /** An old one that is switched off is nobody's any more. */
  #tellOfCluster(program: Program, event: ShopEvent): void {
    if (program === this.#newCluster) this.#tell('new cluster', event)
    else if (program === this.#cluster) this.#tell('cluster', event)
  }

  #tell(service: string, event: ShopEvent): void {
    this.#options.onEvent({ ...event, service, at: this.elapsedMs })
  }
}
