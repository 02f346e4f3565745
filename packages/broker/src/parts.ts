import type { Clock, Logger, Resources } from '@rocketeer/foundation'
import type { EncodedHost } from '@rocketeer/protocol'
import { MessageStore } from '@rocketeer/store'
import { ClientExpiry } from './clients/client-expiry.js'
import { ConsumerRegistry } from './clients/consumer-registry.js'
import { ProducerRegistry } from './clients/producer-registry.js'
import { QueueLocks } from './clients/queue-locks.js'
import { Appender } from './delay/appender.js'
import { DelayLevels } from './delay/delay-levels.js'
import { DelayOffsets } from './delay/delay-offsets.js'
import { ScheduleDelivery } from './delay/schedule-delivery.js'
import { SubscriptionGroupTable } from './groups/subscription-group-table.js'
import type { LiveConfig } from './live-config.js'
import { ConsumerOffsets } from './offsets/consumer-offsets.js'
import { HeldPulls } from './pull/held-pulls.js'
import { Puller } from './pull/puller.js'
import { SendBack } from './retry/send-back.js'
import { BatchSender } from './send/batch-sender.js'
import { MessageSender } from './send/message-sender.js'
import { RetrySends } from './send/retry-sends.js'
import { SendGate } from './send/send-gate.js'
import { TopicsToSendTo } from './send/topics-to-send-to.js'
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
}

/** What the broker is made of; handlers name the few of these they need. */
export type BrokerParts = Awaited<ReturnType<typeof assembleParts>>

/** Puts the parts together, from the log upwards; `resources` closes them in the reverse order. */
export async function assembleParts(environment: Environment, resources: Resources) {
  const { config, clock, logger, storeHost } = environment
  const directory = config.current.storePathRootDir
  const store = resources.use(await MessageStore.open(storeOptions(environment)))
  const tableNeeds = { directory, config, clock, logger }
  const topics = resources.use(await TopicTable.open(tableNeeds))
  const groups = resources.use(await SubscriptionGroupTable.open(tableNeeds))
  const offsets = resources.use(await ConsumerOffsets.open(tableNeeds))
  const delayOffsets = resources.use(await DelayOffsets.open(tableNeeds))
  const stats = resources.use(
    new BrokerStats({ clock, isSystemTopic: (topic) => topics.isSystemTopic(topic) }),
  )

  const consumers = new ConsumerRegistry({ clock, logger, config })
  const producers = new ProducerRegistry({ clock, logger, config })
  const locks = new QueueLocks({ clock })
  resources.use(new ClientExpiry({ clock, consumers, producers }))

  const levels = new DelayLevels(config.current.messageDelayLevel)
  const appender = new Appender({ store, levels, clock })
  resources.use(
    new ScheduleDelivery({
      store,
      levels,
      offsets: delayOffsets,
      clock,
      logger,
      delivered: ({ topic }, { recordBytes }) => stats.onPut(topic, 1, recordBytes),
    }),
  )

  const gate = new SendGate({ config })
  const senderNeeds = {
    topicsToSendTo: new TopicsToSendTo({ topics, logger }),
    retrySends: new RetrySends({ topics, groups, locks, logger }),
    appender,
    gate,
    stats,
    config,
    clock,
    logger,
    storeHost,
  }
  const sender = new MessageSender(senderNeeds)
  const batchSender = new BatchSender(senderNeeds)
  const sendBack = new SendBack({ store, appender, topics, groups, stats, config, logger, storeHost })

  const held = resources.use(new HeldPulls({ store, clock, config, logger }))
  const puller = new Puller({
    store,
    topics,
    groups,
    consumers,
    offsets,
    held,
    stats,
    config,
    clock,
  })

  return {
    ...environment,
    store,
    topics,
    groups,
    offsets,
    delayOffsets,
    stats,
    consumers,
    producers,
    locks,
    gate,
    sender,
    batchSender,
    sendBack,
    held,
    puller,
  }
}
