import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '@rocketeer/client'
import { openDatabase, type ServiceDatabase } from '../databases/database.js'
import type { ShopEvent, TimedEvent } from '../services/events.js'
import { type Move, type Remedy, type ServiceConfig, topicOf } from '../services/service.js'
import { type StreetMariadb, startMariadb } from './mariadb.js'
import { type PortName, Ports } from './ports.js'
import { Program } from './program.js'

const SERVICES = ['logistics', 'coupon', 'red-packet', 'points', 'warehouse', 'order'] as const
/** Those that keep the analytics copy of the orders. */
const COPY_SERVICES = ['analytics-1', 'analytics-2', 'change-relay'] as const
/** Those that need a table of another service, and so start after the others. */
const LAST_SERVICES: readonly string[] = ['change-relay']
export type ServiceName = (typeof SERVICES)[number] | (typeof COPY_SERVICES)[number]

/** What each service has in a MariaDB, where the street has one. */
const MARIADB_SCHEMAS: Readonly<Partial<Record<ServiceName, string>>> = {
  order: 'orders',
  'change-relay': 'relay',
  'analytics-1': 'analytics',
  'analytics-2': 'analytics',
}

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
  /** Opens a second cluster, for the street to move to. */
  readonly moves?: boolean | undefined
  readonly speed: number
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
  readonly nameservers: string
  /** Nameserver and broker; undefined for a cluster that runs elsewhere. */
  readonly cluster: Program | undefined
  /** The cluster to move to, where the street moves. */
  readonly newCluster: Program | undefined
  readonly #options: StreetOptions
  readonly #services = new Map<ServiceName, Program>()
  readonly #ports: Ports
  #mariadb: StreetMariadb | undefined
  #openedAt = performance.now()

  private constructor(options: StreetOptions, ports: Ports) {
    this.#options = options
    this.#ports = ports
    const { directory, nameservers, speed } = options
    this.nameservers = nameservers ?? `127.0.0.1:${ports.of('nameserver')}`
    const cluster = (name: string, nameserver: PortName, broker: PortName) => {
      const listens = { nameserverPort: ports.of(nameserver), brokerPort: ports.of(broker) }
      const config = { directory: join(directory, name), ...listens, speed }
      return new Program(`the ${name}`, clusterFile, config, (event) => this.#tell(name, event))
    }
    if (nameservers === undefined) this.cluster = cluster('cluster', 'nameserver', 'broker')
    if (options.moves) this.newCluster = cluster('new cluster', 'newNameserver', 'newBroker')
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

  /** Nameservers of the cluster to move to. */
  get newNameservers(): string {
    return `127.0.0.1:${this.#ports.of('newNameserver')}`
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
  async move(names: readonly ServiceName[], step: Omit<Move, 'nameservers'>): Promise<void> {
    const move = { ...step, nameservers: this.newNameservers }
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
    const schema = MARIADB_SCHEMAS[name]
    if (this.#mariadb && schema !== undefined) return `${this.#mariadb.url}/${schema}`
    return `sqlite:${join(this.#options.directory, `${name}.db`)}`
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
    await Promise.all([this.cluster?.stop(), this.newCluster?.stop()])
    await this.#mariadb?.close()
    this.#ports.release()
    await rm(this.#options.directory, { recursive: true, force: true })
  }

  async #start(): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true })
    await Promise.all([this.cluster?.start(), this.newCluster?.start()])
    await this.#createTopics()
    const { hasCopy } = this.#options
    if (hasCopy) this.#mariadb = await startMariadb(this.#ports.of('mariadb'))
    for (const name of [...SERVICES, ...(hasCopy ? COPY_SERVICES : [])])
      this.#services.set(name, this.#programOf(name))
    await this.startServices()
  }

  /** Before any service: none depends on another one that makes its topic. */
  async #createTopics(): Promise<void> {
    const { queues = QUEUES, hasCopy, closeAfterMs } = this.#options
    await using client = await connect({ nameservers: this.nameservers, waitMs: CLUSTER_WAIT_MS })
    const { topics } = client.admin()
    await topics.create(topicOf('order-paid'), { queues })
    if (closeAfterMs !== undefined) await topics.create(topicOf('order-unpaid'), { queues: QUEUES })
    if (hasCopy) await topics.create(topicOf('order-changes'), { queues: QUEUES })
  }

  #programOf(name: ServiceName): Program {
    const { directory, without, announce, retriesMax, closeAfterMs, hasCopy } = this.#options
    const config: ServiceConfig = {
      service: name,
      nameservers: this.nameservers,
      database: this.databaseOf(name),
      directory: join(directory, name),
      ports: { order: this.#ports.of('order'), logistics: this.#ports.of('logistics') },
      without,
      announce,
      retriesMax,
      closeAfterMs,
      hasCopy,
    }
    return new Program(name, serviceFile, config, (event) => this.#tell(name, event))
  }

  #tell(service: string, event: ShopEvent): void {
    this.#options.onEvent({ ...event, service, at: this.elapsedMs })
  }
}
