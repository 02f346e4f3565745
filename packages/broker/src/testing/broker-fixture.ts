import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, Resources, silentLogger } from '@rocketeer/foundation'
import * as commands from '@rocketeer/protocol'
import { RemotingClient, RemotingServer, type Route, Router, route } from '@rocketeer/remoting'
import { MessageStore } from '@rocketeer/store'
import { SubscriptionGroupTable } from '../groups/subscription-group-table.js'
import { checkClientConfigHandler } from '../handlers/check-client-config.js'
import { consumerSendMsgBackHandler } from '../handlers/consumer-send-msg-back.js'
import { getConsumerListByGroupHandler } from '../handlers/get-consumer-list-by-group.js'
import { getEarliestMsgStoretimeHandler } from '../handlers/get-earliest-msg-storetime.js'
import { getMaxOffsetHandler } from '../handlers/get-max-offset.js'
import { getMinOffsetHandler } from '../handlers/get-min-offset.js'
import { heartBeatHandler } from '../handlers/heart-beat.js'
import { litePullMessageHandler } from '../handlers/lite-pull-message.js'
import { lockBatchMqHandler } from '../handlers/lock-batch-mq.js'
import { pullMessageHandler } from '../handlers/pull-message.js'
import { queryConsumerOffsetHandler } from '../handlers/query-consumer-offset.js'
import { searchOffsetByTimestampHandler } from '../handlers/search-offset-by-timestamp.js'
import { sendBatchMessageHandler } from '../handlers/send-batch-message.js'
import { sendMessageHandler } from '../handlers/send-message.js'
import { sendMessageV2Handler } from '../handlers/send-message-v2.js'
import { unlockBatchMqHandler } from '../handlers/unlock-batch-mq.js'
import { unregisterClientHandler } from '../handlers/unregister-client.js'
import { updateConsumerOffsetHandler } from '../handlers/update-consumer-offset.js'
import { viewMessageByIdHandler } from '../handlers/view-message-by-id.js'
import { LiveConfig } from '../live-config.js'
import { type Messaging, openMessaging } from '../messaging.js'
import { type BrokerOptions, parseBrokerOptions } from '../options.js'
import { BrokerStats } from '../stats/broker-stats.js'
import { TopicTable } from '../topics/topic-table.js'
import { TestClient } from './test-client.js'

type Options = Partial<Omit<BrokerOptions, 'clock' | 'logger'>>

/** Sending and consuming on a real store and real sockets, with a clock the test moves. */
export class BrokerFixture implements AsyncDisposable {
  readonly directory: string
  readonly clock: ManualClock
  readonly #options: Options
  readonly #clients: RemotingClient[] = []
  #resources = new Resources()
  #server!: RemotingServer
  store!: MessageStore
  topics!: TopicTable
  groups!: SubscriptionGroupTable
  config!: LiveConfig
  messaging!: Messaging

  static async start(options: Options = {}): Promise<BrokerFixture> {
    const directory = await mkdtemp(join(tmpdir(), 'rocketeer-broker-'))
    const fixture = new BrokerFixture(directory, options)
    await fixture.#open()
    return fixture
  }

  private constructor(directory: string, options: Options) {
    this.directory = directory
    this.clock = new ManualClock()
    this.#options = options
  }

  get address(): string {
    return `127.0.0.1:${this.#server.port}`
  }

  /** A client with its own connection; `router` handles what the broker asks it. */
  async client(router?: Router): Promise<TestClient> {
    const remoting = new RemotingClient(router === undefined ? {} : { router })
    this.#clients.push(remoting)
    return new TestClient(await remoting.connection(this.address), this.clock)
  }

  /** Stops in order and starts again on the same directory and clock. */
  async restart(): Promise<void> {
    await this.stop()
    await this.#open()
  }

  async #open(): Promise<void> {
    const { directory, clock } = this
    const logger = silentLogger
    this.#resources = new Resources()
    this.config = new LiveConfig(
      parseBrokerOptions({ brokerName: 'broker-a', storePathRootDir: directory, ...this.#options }),
    )
    const { config } = this
    this.store = this.#resources.use(await MessageStore.open({ directory, clock, logger }))
    this.topics = await TopicTable.open({ directory, config, clock, logger })
    this.groups = await SubscriptionGroupTable.open({ directory, config, clock, logger })
    const { store, topics, groups } = this
    const stats = this.#resources.use(
      new BrokerStats({ clock, isSystemTopic: (topic) => topics.isSystemTopic(topic) }),
    )
    const storeHost = () => commands.encodeHost('127.0.0.1', this.#server.port)
    const needs = { directory, store, topics, groups, stats, config, clock, logger, storeHost }
    this.messaging = await openMessaging(needs, this.#resources)
    const router = new Router(this.#routes(), logger)
    this.#server = this.#resources.use(await RemotingServer.listen({ host: '127.0.0.1', port: 0, router }))
  }

  #routes(): Route[] {
    const parts = {
      ...this.messaging,
      store: this.store,
      topics: this.topics,
      groups: this.groups,
      clock: this.clock,
    }
    return [
      route(commands.sendMessage, sendMessageHandler(parts)),
      route(commands.sendMessageV2, sendMessageV2Handler(parts)),
      route(commands.sendBatchMessage, sendBatchMessageHandler(parts)),
      route(commands.consumerSendMsgBack, consumerSendMsgBackHandler(parts)),
      route(commands.pullMessage, pullMessageHandler(parts)),
      route(commands.litePullMessage, litePullMessageHandler(parts)),
      route(commands.heartBeat, heartBeatHandler(parts)),
      route(commands.unregisterClient, unregisterClientHandler(parts)),
      route(commands.checkClientConfig, checkClientConfigHandler()),
      route(commands.getConsumerListByGroup, getConsumerListByGroupHandler(parts)),
      route(commands.queryConsumerOffset, queryConsumerOffsetHandler(parts)),
      route(commands.updateConsumerOffset, updateConsumerOffsetHandler(parts)),
      route(commands.getMaxOffset, getMaxOffsetHandler(parts)),
      route(commands.getMinOffset, getMinOffsetHandler(parts)),
      route(commands.searchOffsetByTimestamp, searchOffsetByTimestampHandler(parts)),
      route(commands.getEarliestMsgStoretime, getEarliestMsgStoretimeHandler(parts)),
      route(commands.viewMessageById, viewMessageByIdHandler(parts)),
      route(commands.lockBatchMq, lockBatchMqHandler(parts)),
      route(commands.unlockBatchMq, unlockBatchMqHandler(parts)),
    ]
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.splice(0)) await client.close()
    await this.#resources.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.directory, { recursive: true, force: true })
  }
}
