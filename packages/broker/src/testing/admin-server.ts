import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, Resources, silentLogger } from '@rocketeer/foundation'
import {
  type Command,
  encodeHost,
  type FieldTable,
  type FieldValues,
  PropertyName,
  tagsCodeOf,
} from '@rocketeer/protocol'
import { type Connection, RemotingClient, RemotingServer, type Response, Router } from '@rocketeer/remoting'
import { MessageStore } from '@rocketeer/store'
import { adminRoutes } from '../admin/admin-routes.js'
import { notHere } from '../admin/not-here.js'
import { ConfigUpdates } from '../conf/config-updates.js'
import { SubscriptionGroupTable } from '../groups/subscription-group-table.js'
import { LiveConfig } from '../live-config.js'
import { type Messaging, openMessaging } from '../messaging.js'
import { parseBrokerOptions } from '../options.js'
import { BrokerStats } from '../stats/broker-stats.js'
import { TopicTable } from '../topics/topic-table.js'

/** The administrative half of a broker behind a real port, and a client of it. */
export class AdminServer implements AsyncDisposable {
  readonly clock: ManualClock
  readonly config: LiveConfig
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly stats: BrokerStats
  readonly messaging: Messaging
  readonly address: string
  readonly #server: RemotingServer
  readonly #client: RemotingClient
  readonly #resources: Resources

  static async start(): Promise<AdminServer> {
    const resources = new Resources()
    const directory = await mkdtemp(join(tmpdir(), 'rocketeer-admin-'))
    resources.defer(() => rm(directory, { recursive: true, force: true }))
    const clock = new ManualClock()
    const logger = silentLogger
    const config = new LiveConfig(parseBrokerOptions({ storePathRootDir: directory, brokerName: 'broker-a' }))
    const environment = { directory, clock, logger, config }
    const configUpdates = resources.use(await ConfigUpdates.open(environment))
    const store = resources.use(
      await MessageStore.open({ directory, clock, commitLogFileBytes: 1024 * 1024, fileReservedHours: 1 }),
    )
    const topics = resources.use(await TopicTable.open(environment))
    const groups = resources.use(await SubscriptionGroupTable.open(environment))
    const stats = new BrokerStats({ clock, isSystemTopic: (topic) => topics.isSystemTopic(topic) })
    const parts = { ...environment, configUpdates, store, topics, groups, stats }
    const storeHost = () => encodeHost('127.0.0.1', 10911)
    const messaging = await openMessaging({ ...parts, storeHost }, resources)
    const routes = adminRoutes({ ...parts, ...messaging, address: () => '127.0.0.1:10911' })
    const router = new Router(routes, logger, undefined, notHere)
    const server = resources.use(await RemotingServer.listen({ host: '127.0.0.1', port: 0, router }))
    const client = resources.use(new RemotingClient())
    return new AdminServer({ ...parts, messaging, server, client, resources })
  }

  private constructor(
    parts: Pick<AdminServer, 'clock' | 'config' | 'store' | 'topics' | 'groups' | 'stats' | 'messaging'> & {
      server: RemotingServer
      client: RemotingClient
      resources: Resources
    },
  ) {
    this.clock = parts.clock
    this.config = parts.config
    this.store = parts.store
    this.topics = parts.topics
    this.groups = parts.groups
    this.stats = parts.stats
    this.messaging = parts.messaging
    this.address = `127.0.0.1:${parts.server.port}`
    this.#server = parts.server
    this.#client = parts.client
    this.#resources = parts.resources
  }

  request<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
  ): Promise<Response<R>> {
    return this.#client.request(this.address, command, fields, body)
  }

  onConnection(listener: (connection: Connection) => void): void {
    this.#server.onConnection(listener)
  }

  /** Stores `count` messages in one queue. */
  async fill(topic: string, queueId: number, count: number, tags?: string, bodyBytes = 10): Promise<void> {
    const host = encodeHost('127.0.0.1', 1)
    for (let i = 0; i < count; i++) {
      await this.store.append({
        topic,
        queueId,
        body: Buffer.alloc(bodyBytes, `message ${i}`),
        properties: tags ? `${PropertyName.TAGS}\u0001${tags}\u0002` : '',
        flag: 0,
        sysFlag: 0,
        bornTimestamp: this.clock.now(),
        bornHost: host,
        storeHost: host,
        reconsumeTimes: 0,
        preparedTransactionOffset: 0,
        tagsCode: tagsCodeOf(tags),
        keys: undefined,
        uniqueKey: undefined,
      })
      this.stats.onPut(topic, 1, 100)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.close()
  }
}
