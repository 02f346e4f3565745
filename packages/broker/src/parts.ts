import type { Clock, Logger, Resources } from '@rocketeer/foundation'
import type { EncodedHost, TopicRouteData } from '@rocketeer/protocol'
import { MessageStore } from '@rocketeer/store'
import { ConfigUpdates } from './conf/config-updates.js'
import { SubscriptionGroupTable } from './groups/subscription-group-table.js'
import type { LiveConfig } from './live-config.js'
import { type Messaging, openMessaging } from './messaging.js'
import { BrokerStats } from './stats/broker-stats.js'
import { storeOptions } from './store-options.js'
import { TopicTable } from './topics/topic-table.js'

/** What everything else is made with. */
export interface Environment {
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  /** `host:port` clients are told to use, known once the broker listens. */
  readonly address: () => string
  /** The same as records hold it. */
  readonly storeHost: () => EncodedHost
  /** Where a topic is in the whole cluster, if there is a way to know. */
  readonly topicRoute?: ((topic: string) => Promise<TopicRouteData | undefined>) | undefined
  /** Options that win over changes made in earlier runs. */
  readonly firmOptions?: readonly string[] | undefined
}

/** What the broker is made of; handlers name the few of these they need. */
export interface BrokerParts extends Environment, Messaging {
  readonly configUpdates: ConfigUpdates
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly stats: BrokerStats
}

/**
 * Puts the parts together, from the log upwards; `resources` closes them in the reverse order. Throws
 * `CONFIG_FILE_BROKEN`, `OPTION_INVALID`, or what the store finds wrong with its directory.
 */
export async function openParts(environment: Environment, resources: Resources): Promise<BrokerParts> {
  const directory = environment.config.current.storePathRootDir
  const configUpdates = resources.use(await ConfigUpdates.open({ ...environment, directory }))
  const store = resources.use(await MessageStore.open(storeOptions(environment)))
  const topics = resources.use(await TopicTable.open({ ...environment, directory }))
  const groups = resources.use(await SubscriptionGroupTable.open({ ...environment, directory }))
  const stats = resources.use(
    new BrokerStats({ ...environment, isSystemTopic: (topic) => topics.isSystemTopic(topic) }),
  )
  const foundation = { ...environment, directory, configUpdates, store, topics, groups, stats }
  const messaging = await openMessaging(foundation, resources)
  return { ...foundation, ...messaging }
}
