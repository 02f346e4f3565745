import type { Clock, Logger, Resources } from '@rocketeer/foundation'
import type { EncodedHost, TopicRouteData } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'
import { Assigner } from './assignment/assigner.js'
import { RequestModes } from './assignment/request-modes.js'
import { ConsumerRegistry } from './clients/consumer-registry.js'
import { ProducerRegistry } from './clients/producer-registry.js'
import { QueueLocks } from './clients/queue-locks.js'
import { Appender } from './delay/appender.js'
import { DelayLevels } from './delay/delay-levels.js'
import { DelayOffsets } from './delay/delay-offsets.js'
import type { LevelDeliveryNeeds } from './delay/level-delivery.js'
import { ScheduleDelivery } from './delay/schedule-delivery.js'
import type { SubscriptionGroupTable } from './groups/subscription-group-table.js'
import type { LiveConfig } from './live-config.js'
import { ConsumerOffsets } from './offsets/consumer-offsets.js'
import { openPop, type Pop } from './pop/pop.js'
import { HeldPulls } from './pull/held-pulls.js'
import { Puller } from './pull/puller.js'
import { SendBack } from './retry/send-back.js'
import { BatchSender } from './send/batch-sender.js'
import { MessageSender } from './send/message-sender.js'
import { RetrySends } from './send/retry-sends.js'
import { SendGate } from './send/send-gate.js'
import { TopicsToSendTo } from './send/topics-to-send-to.js'
import type { BrokerStats } from './stats/broker-stats.js'
import { Recall } from './timer/recall.js'
import { TimerDelivery } from './timer/timer-delivery.js'
import { TimerScheduling } from './timer/timer-scheduling.js'
import type { TopicTable } from './topics/topic-table.js'
import { CheckBack } from './transaction/check-back.js'
import { TransactionCheck } from './transaction/transaction-check.js'
import { TransactionEnd } from './transaction/transaction-end.js'
import { TransactionLedger } from './transaction/transaction-ledger.js'
import { TransactionResume } from './transaction/transaction-resume.js'

/** What sending and consuming stand on. */
export interface MessagingNeeds {
  /** The broker's root directory. */
  readonly directory: string
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  /** The address clients are told to use, as records hold it; known once the broker listens. */
  readonly storeHost: () => EncodedHost
  /** Where a topic is in the whole cluster, if there is a way to know. */
  readonly topicRoute?: ((topic: string) => Promise<TopicRouteData | undefined>) | undefined
}

/** Everything between a request and the store, for handlers to take what they need from. */
export interface Messaging extends Pop {
  readonly requestModes: RequestModes
  readonly assigner: Assigner
  readonly consumers: ConsumerRegistry
  readonly producers: ProducerRegistry
  readonly locks: QueueLocks
  readonly offsets: ConsumerOffsets
  readonly levels: DelayLevels
  readonly delayOffsets: DelayOffsets
  readonly held: HeldPulls
  readonly puller: Puller
  readonly gate: SendGate
  readonly sender: MessageSender
  readonly batchSender: BatchSender
  readonly sendBack: SendBack
  /** Undefined when `timerWheelEnable` is off. */
  readonly timers: TimerDelivery | undefined
  readonly recall: Recall
  readonly transactionLedger: TransactionLedger
  readonly transactionEnd: TransactionEnd
  readonly transactionResume: TransactionResume
}

function openTimers(
  needs: MessagingNeeds,
  delivered: LevelDeliveryNeeds['delivered'],
): Promise<TimerDelivery> {
  const { stats } = needs
  return TimerDelivery.open({
    ...needs,
    arrived: () => stats.onTimerEnqueued(),
    delivered: (message, result) => {
      stats.onTimerDequeued()
      delivered(message, result)
    },
  })
}

/**
 * Wires sending and consuming together, and starts what runs by itself: expiry of clients, delivery of delayed
 * messages, the check of open transactions, saving of offsets. `resources` closes it; the store must have been opened,
 * and so be closed, around it.
 * Throws `CONFIG_FILE_BROKEN`.
 */
export async function openMessaging(needs: MessagingNeeds, resources: Resources): Promise<Messaging> {
  const { config, stats } = needs
  const levels = new DelayLevels(config.current.messageDelayLevel)
  const consumers = resources.use(new ConsumerRegistry(needs))
  const producers = resources.use(new ProducerRegistry(needs))
  const locks = new QueueLocks(needs)
  const offsets = resources.use(await ConsumerOffsets.open(needs))
  const delayOffsets = resources.use(await DelayOffsets.open(needs))
  const held = resources.use(new HeldPulls(needs))
  const delivered: LevelDeliveryNeeds['delivered'] = ({ topic }, { recordBytes }) =>
    stats.onPut(topic, 1, recordBytes)
  resources.use(new ScheduleDelivery({ ...needs, levels, offsets: delayOffsets, delivered }))
  const timers = config.current.timerWheelEnable
    ? resources.use(await openTimers(needs, delivered))
    : undefined
  const timerScheduling = new TimerScheduling({ ...needs, timers })
  const pop = await openPop({ ...needs, offsets }, resources)
  const requestModes = resources.use(await RequestModes.open(needs))
  const appender = new Appender({ ...needs, levels })
  const gate = new SendGate(needs)
  const ledger = resources.use(await TransactionLedger.open({ ...needs, offsets }))
  const checkBack = new CheckBack({ ...needs, producers })
  resources.use(new TransactionCheck({ ...needs, ledger, checkBack }))
  const senderNeeds = {
    ...needs,
    appender,
    gate,
    timerScheduling,
    topicsToSendTo: new TopicsToSendTo(needs),
    retrySends: new RetrySends({ ...needs, locks }),
  }
  return {
    ...pop,
    requestModes,
    assigner: new Assigner({ ...needs, consumers, requestModes }),
    consumers,
    producers,
    locks,
    offsets,
    levels,
    delayOffsets,
    held,
    puller: new Puller({ ...needs, consumers, offsets, held }),
    gate,
    sender: new MessageSender(senderNeeds),
    batchSender: new BatchSender(senderNeeds),
    sendBack: new SendBack({ ...needs, appender }),
    timers,
    recall: new Recall({ ...needs, scheduling: timerScheduling }),
    transactionLedger: ledger,
    transactionResume: new TransactionResume(needs),
    transactionEnd: new TransactionEnd({ ...needs, appender, gate, ledger }),
  }
}
