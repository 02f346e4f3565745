import { type Clock, DeadlineTimer, type Logger } from '@rocketeer/foundation'
import { type DataVersion, MASTER_ID, type TopicConfig } from '@rocketeer/protocol/bodies'
import type { Connection } from '@rocketeer/remoting'
import { type BrokerGroup, type BrokerTable, leastId } from './broker-table.js'
import { nameserverErrors } from './errors.js'
import type { NameserverConfig } from './options.js'
import type { StaticTopicTable, TopicQueueMappings } from './static-topic-table.js'
import type { TopicTable } from './topic-table.js'

/** What a broker says of itself when it registers. Apache: RegisterBrokerRequestHeader, RegisterBrokerBody. */
export interface Registration {
  clusterName: string
  brokerName: string
  brokerAddr: string
  brokerId: number
  haServerAddr: string
  /** Silence after which the broker counts as gone; the nameserver's own default when missing. */
  heartbeatTimeoutMillis: number | undefined
  /** Missing from brokers older than 5.0. */
  enableActingMaster: boolean | undefined
  dataVersion: DataVersion
  topics: readonly TopicConfig[]
  mappings: TopicQueueMappings
  connection: Connection
}

/** Where a slave finds its master; empty for a master. */
export interface MasterPlace {
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

/** Brokers coming, changing and going. Apache: RouteInfoManager.registerBroker, unRegisterBroker, scanNotActiveBroker. */
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
  register(registration: Registration): MasterPlace {
    const { brokers, logger } = this.#needs
    const { clusterName, brokerName, brokerAddr, brokerId } = registration
    const before = brokers.group(brokerName)?.addresses.get(brokerId)
    if (before === undefined && registration.topics.length === 1) {
      throw nameserverErrors.BROKER_NOT_REGISTERED({ brokerName, brokerAddr })
    }
    if (this.#isOutdated(registration, before)) {
      logger.warn(
        { brokerName, brokerId, brokerAddr, current: before },
        'an outdated broker was not registered',
      )
      brokers.forgetLive(clusterName, brokerAddr)
      return {}
    }
    const group = brokers.putGroup(clusterName, brokerName)
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

  /** A sign of life between registrations. */
  touch(clusterName: string, brokerAddr: string): void {
    const live = this.#needs.brokers.live(clusterName, brokerAddr)
    if (live) live.lastHeardAt = this.#needs.clock.now()
  }

  isChanged(clusterName: string, brokerAddr: string, dataVersion: DataVersion): boolean {
    const known = this.#needs.brokers.live(clusterName, brokerAddr)?.dataVersion
    return known === undefined || !equalVersions(known, dataVersion)
  }

  /** Drops brokers that were not heard from in time; their connections are closed. Returns when the next may be due. */
  #dropExpired(): number {
    const { brokers, clock, logger } = this.#needs
    for (const broker of brokers.expired(clock.now())) {
      const { brokerAddr, expiryMs } = broker
      logger.warn({ brokerAddr, expiryMs }, 'a broker was not heard from in time')
      this.#drop(broker)
      broker.connection.close()
    }
    return brokers.nextExpiry()
  }

  /** Drops the brokers that had registered over a connection that ended. */
  dropConnection(connection: Connection): void {
    for (const broker of this.#needs.brokers.registeredOver(connection)) this.#drop(broker)
  }

  #drop({ clusterName, brokerAddr }: { clusterName: string; brokerAddr: string }): void {
    const brokerName = this.#needs.brokers.nameOf(clusterName, brokerAddr)
    if (brokerName === undefined) this.#needs.brokers.forgetLive(clusterName, brokerAddr)
    else this.unregister({ clusterName, brokerAddr, brokerName })
  }

  /** Another address holds this id already and has seen a later state of the group (after a failover). */
  #isOutdated(registration: Registration, current: string | undefined): boolean {
    if (current === undefined || current === registration.brokerAddr) return false
    const live = this.#needs.brokers.live(registration.clusterName, current)
    return live !== undefined && live.dataVersion.stateVersion > registration.dataVersion.stateVersion
  }

  /** An address has one id only: a slave that became master leaves its old id. */
  #join(group: BrokerGroup, registration: Registration): void {
    const { brokerAddr, brokerId } = registration
    for (const [id, address] of group.addresses) {
      if (address === brokerAddr && id !== brokerId) group.addresses.delete(id)
    }
    group.addresses.set(brokerId, brokerAddr)
    group.enableActingMaster = registration.enableActingMaster ?? false
  }

  /** Topics come from the master, or while it is gone from the slave with the least id. */
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
      // Unchanged topics keep what WIPE_WRITE_PERM_OF_BROKER did to them.
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

  #masterOf(group: BrokerGroup): MasterPlace {
    const masterAddr = group.addresses.get(MASTER_ID)
    if (masterAddr === undefined) return {}
    const master = this.#needs.brokers.live(group.cluster, masterAddr)
    return master ? { haServerAddr: master.haServerAddr, masterAddr } : {}
  }
}

function equalVersions(a: DataVersion, b: DataVersion): boolean {
  return a.stateVersion === b.stateVersion && a.timestamp === b.timestamp && a.counter === b.counter
}
