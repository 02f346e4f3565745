import { type Clock, DeadlineTimer, type Logger } from '@rocketeer/foundation'
import { type DataVersion, MASTER_ID, type TopicConfig } from '@rocketeer/protocol/bodies'
import type { Connection } from '@rocketeer/remoting'
import { type BrokerGroup, type BrokerTable, leastId } from './broker-table.js'
import { refusals } from './errors.js'
import type { NameserverConfig } from './options.js'
import type { StaticTopicTable, TopicQueueMappings } from './static-topic-table.js'
import type { TopicTable } from './topic-table.js'

/** A broker's registration of itself and its topics. Apache: RegisterBrokerRequestHeader, RegisterBrokerBody. */
export interface Registration {
  clusterName: string
  brokerName: string
  brokerAddr: string
  brokerId: number
  haServerAddr: string
  /** Silence after which the broker expires; the nameserver's `brokerExpiryMs` when missing. */
  heartbeatTimeoutMillis?: number | undefined
  /** Missing from brokers older than 5.0. */
  enableActingMaster?: boolean | undefined
  dataVersion: DataVersion
  topics: readonly TopicConfig[]
  mappings: TopicQueueMappings
  connection: Connection
}

/** The addresses of a slave's master, as registration answers them; empty for a master. */
export interface MasterAddresses {
  haServerAddr?: string
  masterAddr?: string
}

interface Needs {
  brokers: BrokerTable
  topics: TopicTable
  staticTopics: StaticTopicTable
  config: () => NameserverConfig
  clock: Clock
  logger: Logger
}

/** Enters, updates and drops brokers. Apache: RouteInfoManager.registerBroker, unRegisterBroker, scanNotActiveBroker. */
export class Registrations {
  readonly #needs: Needs
  readonly #expiry: DeadlineTimer

  constructor(needs: Needs) {
    this.#needs = needs
    this.#expiry = new DeadlineTimer(needs.clock, () => this.#dropExpired())
  }

  close(): void {
    this.#expiry.close()
  }

  /** Throws `BROKER_NOT_REGISTERED` when a single topic arrives before the broker itself. */
  register(registration: Registration): MasterAddresses {
    const { brokers, logger } = this.#needs
    const { clusterName, brokerName, brokerAddr, brokerId } = registration
    const before = brokers.group(brokerName)?.addresses.get(brokerId)
    if (before === undefined && registration.topics.length === 1) {
      throw refusals.BROKER_NOT_REGISTERED({ brokerName, brokerAddr })
    }
    if (this.#isOutdated(registration, before)) {
      logger.warn(
        { brokerName, brokerId, brokerAddr, current: before },
        'a broker was not registered: another one has its id and a later state',
      )
      brokers.forgetLive(clusterName, brokerAddr)
      return {}
    }
    const group = brokers.ensureGroup(clusterName, brokerName)
    this.#join(group, registration)
    this.#updateTopics(group, registration, before === undefined)
    if (brokers.putLive(this.#liveBroker(registration))) {
      logger.info({ clusterName, brokerName, brokerId, brokerAddr }, 'a broker registered')
    }
    this.#expiry.arm(brokers.nextExpiry())
    return brokerId === MASTER_ID ? {} : this.#masterOf(group)
  }

  unregister(broker: { clusterName: string; brokerAddr: string; brokerName: string }): void {
    const { brokers, topics, logger } = this.#needs
    const group = brokers.remove(broker.clusterName, broker.brokerAddr, broker.brokerName)
    if (!group) topics.removeBroker(broker.brokerName)
    else if (group.enableActingMaster && leastId(group) !== MASTER_ID)
      topics.wipeWritePermission(broker.brokerName)
    logger.info(
      { clusterName: broker.clusterName, brokerName: broker.brokerName, brokerAddr: broker.brokerAddr },
      'a broker left',
    )
  }

  /** Notes a sign of life between two registrations. */
  touch(clusterName: string, brokerAddr: string): void {
    const live = this.#needs.brokers.live(clusterName, brokerAddr)
    if (live) live.lastHeardAt = this.#needs.clock.now()
  }

  /** Whether the broker's topics differ from those it registered last. */
  isChanged(clusterName: string, brokerAddr: string, dataVersion: DataVersion): boolean {
    const known = this.#needs.brokers.live(clusterName, brokerAddr)?.dataVersion
    return known === undefined || !equalVersions(known, dataVersion)
  }

  /** Drops expired brokers and closes their connections. Returns when the next broker expires. */
  #dropExpired(): number {
    const { brokers, clock, logger } = this.#needs
    for (const broker of brokers.expired(clock.now())) {
      const { brokerAddr, expiryMs } = broker
      logger.warn({ brokerAddr, expiryMs }, 'a broker expired: it was not heard from in time')
      this.#drop(broker)
      broker.connection.close()
    }
    return brokers.nextExpiry()
  }

  /** Drops the brokers that had registered over `connection`, which has closed. */
  dropConnection(connection: Connection): void {
    for (const broker of this.#needs.brokers.registeredOver(connection)) this.#drop(broker)
  }

  #drop({ clusterName, brokerAddr }: { clusterName: string; brokerAddr: string }): void {
    const brokerName = this.#needs.brokers.nameOf(clusterName, brokerAddr)
    if (brokerName === undefined) this.#needs.brokers.forgetLive(clusterName, brokerAddr)
    else this.unregister({ clusterName, brokerAddr, brokerName })
  }

  /** Whether another address already has this id and, after a failover, a later state of the group. */
  #isOutdated(registration: Registration, current: string | undefined): boolean {
    if (current === undefined || current === registration.brokerAddr) return false
    const live = this.#needs.brokers.live(registration.clusterName, current)
    return live !== undefined && live.dataVersion.stateVersion > registration.dataVersion.stateVersion
  }

  /** Enters the broker's id. An address has one id only: a slave that became master loses its old id. */
  #join(group: BrokerGroup, registration: Registration): void {
    const { brokerAddr, brokerId } = registration
    for (const [id, address] of group.addresses) {
      if (address === brokerAddr && id !== brokerId) group.addresses.delete(id)
    }
    group.addresses.set(brokerId, brokerAddr)
    group.enableActingMaster = registration.enableActingMaster ?? false
  }

  /** Topics come from the master or, while there is none, from the slave with the least id. */
  #updateTopics(group: BrokerGroup, registration: Registration, isFirst: boolean): void {
    const { topics, staticTopics, config } = this.#needs
    const { clusterName, brokerAddr, brokerId, brokerName, dataVersion } = registration
    const isMaster = brokerId === MASTER_ID
    const isPrimeSlave =
      !isMaster && registration.enableActingMaster !== undefined && brokerId === leastId(group)
    if (!isMaster && !isPrimeSlave) return
    if (config().dropMissingTopics && registration.mappings.size === 0) {
      const kept = new Set(registration.topics.map(({ topicName }) => topicName))
      for (const topic of topics.topicsOf(brokerName))
        if (!kept.has(topic)) topics.remove(topic, [brokerName])
    }
    const changed = isFirst || this.isChanged(clusterName, brokerAddr, dataVersion)
    const writable = !(isPrimeSlave && group.enableActingMaster)
    for (const topic of registration.topics) {
      // Unchanged topics keep a permission that WIPE_WRITE_PERM_OF_BROKER changed.
      if (changed || !topics.has(topic.topicName, brokerName)) topics.putConfig(brokerName, topic, writable)
    }
    if (changed) staticTopics.put(registration.mappings)
  }

  #liveBroker(registration: Registration) {
    return {
      clusterName: registration.clusterName,
      brokerAddr: registration.brokerAddr,
      connection: registration.connection,
      haServerAddr: registration.haServerAddr,
      dataVersion: registration.dataVersion,
      expiryMs: registration.heartbeatTimeoutMillis ?? this.#needs.config().brokerExpiryMs,
      lastHeardAt: this.#needs.clock.now(),
    }
  }

  #masterOf(group: BrokerGroup): MasterAddresses {
    const masterAddr = group.addresses.get(MASTER_ID)
    if (masterAddr === undefined) return {}
    const master = this.#needs.brokers.live(group.cluster, masterAddr)
    return master ? { haServerAddr: master.haServerAddr, masterAddr } : {}
  }
}

function equalVersions(a: DataVersion, b: DataVersion): boolean {
  return a.stateVersion === b.stateVersion && a.timestamp === b.timestamp && a.counter === b.counter
}
