import { type Clock, type Logger, messageOf, type Timer } from '@rocketeer/foundation'
import { Permission, ResponseCode } from '@rocketeer/protocol'
import { type DataVersion, KVTable, RegisterBrokerBody, type TopicConfig } from '@rocketeer/protocol/bodies'
import { registerBroker, unregisterBroker } from '@rocketeer/protocol/commands'
import { bodyCrc } from '@rocketeer/protocol/record'
import type { RemotingClient } from '@rocketeer/remoting'
import { brokerErrors } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { AdvertisedAddress } from './advertised-address.js'
import { type Announcement, NameserverLink } from './nameserver-link.js'

/** The topics that nameservers are told about. */
export interface AnnouncedTopics {
  readonly dataVersion: DataVersion
  all(): ReadonlyMap<string, TopicConfig>
  /** Nameservers hold an order configuration of these topics. */
  markOrdered(topics: Iterable<string>): Promise<void>
  /** The listener gets the topics that changed, or `undefined` when it must look at all of them. */
  onChange(listener: (changed: readonly TopicConfig[] | undefined) => Promise<void>): void
}

interface Needs {
  advertised: AdvertisedAddress
  topics: AnnouncedTopics
  config: LiveConfig
  client: RemotingClient
  clock: Clock
  logger: Logger
  /** Called when the nameservers have been told of topics that are new or changed. */
  onAnnounced: (topics: readonly TopicConfig[]) => void
}

/** How long a closing broker waits for the answer of a nameserver. Apache: BrokerOuterAPI.unregisterBroker. */
const UNREGISTER_TIMEOUT_MS = 3000

const NO_BODY = Buffer.alloc(0)
const READ_WRITE = Permission.READ | Permission.WRITE

/**
 * Registers this broker with every nameserver: at the start, every `registerIntervalMs`, on every change of a
 * topic, and again when a nameserver comes back. One may be down. Apache: BrokerController.registerBrokerAll.
 */
export class Registration {
  readonly #needs: Needs
  readonly #links: readonly NameserverLink[]
  #period: Timer | undefined
  #permissionChangedAt = 0
  /** Aborts the registrations under way when the broker closes. */
  readonly #closing = new AbortController()

  constructor(needs: Needs) {
    this.#needs = needs
    const { config, clock, logger, client, topics } = needs
    const send = (address: string, announcement: Announcement) => this.#register(address, announcement)
    this.#links = config.current.nameservers.map(
      (address) => new NameserverLink({ address, clock, logger, send }),
    )
    client.onDisconnect((address) => this.#links.find((link) => link.address === address)?.lost())
    topics.onChange((changed) => (changed ? this.#announceChanged(changed) : this.#announce('all')))
    this.#followPermission()
  }

  /** Resolves when every nameserver has answered or failed; the failed ones are tried again later. */
  async start(): Promise<void> {
    const { clock, config } = this.#needs
    this.#period = clock.every(config.current.registerIntervalMs, () => this.#announce('all'))
    await this.#announce('all')
  }

  /** Unregisters from every nameserver that knows this broker. */
  async close(): Promise<void> {
    this.#period?.cancel()
    this.#closing.abort()
    await Promise.all(this.#links.map((link) => link.close()))
    await Promise.all(
      this.#links.filter(({ registered }) => registered).map(({ address }) => this.#unregister(address)),
    )
  }

  /** Resolves when every nameserver that can be reached has been told. */
  async #announce(announcement: Announcement): Promise<void> {
    await Promise.all(this.#links.map((link) => link.announce(announcement)))
  }

  async #announceChanged(topics: readonly TopicConfig[]): Promise<void> {
    await this.#announce(new Map(topics.map((topic) => [topic.topicName, topic])))
    if (!this.#closing.signal.aborted) this.#needs.onAnnounced(topics)
  }

  async #register(address: string, announcement: Announcement): Promise<void> {
    const announced = announcement === 'all' ? this.#needs.topics.all() : announcement
    const version = this.#dataVersion()
    const parts = this.#split(announced)
    let orderConfs: Buffer = NO_BODY
    for (const [index, part] of parts.entries()) {
      // Only the last part has the true version: nameservers ignore a registration whose version they know.
      const timestamp = version.timestamp - (parts.length - 1 - index)
      orderConfs = await this.#registerPart(address, part, { ...version, timestamp })
    }
    if (announcement === 'all') this.#markOrdered(address, orderConfs)
  }

  /** At least one part. Apache: BrokerController.registerBrokerAll with enableSplitRegistration. */
  #split(topics: ReadonlyMap<string, TopicConfig>): ReadonlyMap<string, TopicConfig>[] {
    const { splitRegistration, splitRegistrationTopicsMax } = this.#needs.config.current
    if (!splitRegistration || topics.size <= splitRegistrationTopicsMax) return [topics]
    const entries = [...topics]
    return Array.from({ length: Math.ceil(entries.length / splitRegistrationTopicsMax) }, (_, index) => {
      const start = index * splitRegistrationTopicsMax
      return new Map(entries.slice(start, start + splitRegistrationTopicsMax))
    })
  }

  async #registerPart(
    address: string,
    topics: ReadonlyMap<string, TopicConfig>,
    dataVersion: DataVersion,
  ): Promise<Buffer> {
    const { client, config } = this.#needs
    const body = RegisterBrokerBody.encode({
      topicConfigSerializeWrapper: {
        topicConfigTable: this.#withBrokerPermission(topics),
        dataVersion,
        topicQueueMappingInfoMap: new Map(),
        topicQueueMappingDetailMap: new Map(),
      },
      filterServerList: [],
    })
    const fields = {
      ...this.#identity(),
      // Where slaves would fetch the commit log; there are none yet.
      haServerAddr: '',
      enableActingMaster: false,
      compressed: false,
      bodyCrc32: bodyCrc(body),
    }
    const answer = await client.request(address, registerBroker, fields, body, {
      timeoutMs: config.current.registerTimeoutMs,
      signal: this.#closing.signal,
    })
    const { code, remark, body: orderConfs } = answer
    if (code !== ResponseCode.SUCCESS) {
      throw brokerErrors.REGISTRATION_REFUSED({ nameserver: address, code, remark: remark ?? '' })
    }
    return orderConfs
  }

  /** Nobody waits for it: the topics it changes are announced after the announcement under way. */
  #markOrdered(nameserver: string, orderConfs: Buffer): void {
    if (orderConfs.length === 0) return
    const { topics, logger } = this.#needs
    const marked = async () => topics.markOrdered(KVTable.decode(orderConfs).table.keys())
    marked().catch((error) => {
      logger.warn(
        { reason: messageOf(error), nameserver },
        'the order configurations of a nameserver were not taken over',
      )
    })
  }

  async #unregister(address: string): Promise<void> {
    const options = { timeoutMs: UNREGISTER_TIMEOUT_MS }
    try {
      await this.#needs.client.request(address, unregisterBroker, this.#identity(), undefined, options)
    } catch (error) {
      // The nameserver notices by itself when the connection closes.
      this.#needs.logger.debug(
        { reason: messageOf(error), nameserver: address },
        'could not unregister from a nameserver',
      )
    }
  }

  #identity() {
    const { brokerName, clusterName, brokerId } = this.#needs.config.current
    const brokerAddr = this.#needs.advertised.text
    return { brokerName, brokerAddr, clusterName, brokerId }
  }

  /** A broker that may only read (or write) shows it in every topic. */
  #withBrokerPermission(topics: ReadonlyMap<string, TopicConfig>): Map<string, TopicConfig> {
    const { brokerPermission } = this.#needs.config.current
    if ((brokerPermission & READ_WRITE) === READ_WRITE) return new Map(topics)
    return new Map(
      [...topics].map(([name, topic]) => [name, { ...topic, perm: topic.perm & brokerPermission }]),
    )
  }

  /** Nameservers take over what is announced only with a version they do not know. */
  #dataVersion(): DataVersion {
    const { dataVersion } = this.#needs.topics
    return { ...dataVersion, timestamp: Math.max(dataVersion.timestamp, this.#permissionChangedAt) }
  }

  #followPermission(): void {
    const { config, clock } = this.#needs
    let permission = config.current.brokerPermission
    config.onUpdate(({ brokerPermission }) => {
      if (brokerPermission === permission) return
      permission = brokerPermission
      this.#permissionChangedAt = clock.now()
      this.#announce('all')
    })
  }
}
