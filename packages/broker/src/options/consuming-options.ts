import { option, z } from '@rocketeer/foundation'
import { between, DAY_MS } from './option-rules.js'

/** Groups and their members, and how messages get to them. Apache: BrokerConfig and NettyServerConfig. */
export interface ConsumingOptions {
  /** Creates groups when their first member comes. True by default. Apache: autoCreateSubscriptionGroup. */
  autoCreateGroups?: boolean | undefined
  /** How often the offsets of groups are written, 5,000 ms. Apache: flushConsumerOffsetInterval. */
  persistOffsetIntervalMs?: number | undefined
  /** How long a client may be silent before it counts as gone, 120,000 ms. Apache: channelExpiredTimeout. */
  clientExpiryMs?: number | undefined
  /**
   * A connection whose peer has sent no whole frame for this time is closed, 120,000 ms, unless it is still reading a
   * long answer. Apache: serverChannelMaxIdleTimeSeconds, in seconds.
   */
  idleTimeoutMs?: number | undefined
  /**
   * Tells the members of a group when one comes or goes. True by default. Apache: notifyConsumerIdsChangedEnable.
   */
  notifyGroupChanges?: boolean | undefined
  /** Assigns queues for clients that ask for it. True by default. Apache: serverLoadBalancerEnable. */
  assignQueues?: boolean | undefined
  /**
   * How members of a group get messages unless an administrator says otherwise, `'PULL'`. Apache:
   * defaultMessageRequestMode.
   */
  defaultRequestMode?: 'PULL' | 'POP' | undefined
  /** Queues each member pops from besides its own; -1, the default, is all. Apache: defaultPopShareQueueNum. */
  defaultPopShareQueues?: number | undefined

  /** Pulls wait for a message as long as the client says. True by default. Apache: longPollingEnable. */
  longPolling?: boolean | undefined
  /** How long pulls wait without `longPolling`, 1,000 ms. Apache: shortPollingTimeMills. */
  shortPollingMs?: number | undefined
  /** Pulls that may wait at the same time, 100,000. Apache: pullThreadPoolQueueCapacity. */
  waitingPullsMax?: number | undefined
  /** Messages a query by key finds for clients that do not say how many, 32. Apache: defaultQueryMaxNum. */
  defaultQueryMessagesMax?: number | undefined
  /** Messages one query by key finds at most, 64. Apache: maxMsgsNumBatch. */
  queryMessagesMax?: number | undefined
  /** Filters by SQL92 expressions. True by default; off in Apache: enablePropertyFilter. */
  allowSqlFilters?: boolean | undefined
  /** Filters retries by SQL92 expressions as well. False by default. Apache: filterSupportRetry. */
  filterRetries?: boolean | undefined

  /** Pops that may wait at the same time, 100,000. Apache: maxPopPollingSize. */
  waitingPopsMax?: number | undefined
  /** The same for one group at one queue, 1024. Apache: popPollingSize. */
  waitingPopsPerQueueMax?: number | undefined
  /** Check points in flight, 200,000, a quarter of them for one group. Apache: popCkMaxBufferSize. */
  popCheckPointsMax?: number | undefined
  /** Chance that a pop begins with retries, 20 %. Apache: popFromRetryProbability. */
  popRetryPercent?: number | undefined
  /** The same for topics with priorities, 0 %. Apache: popFromRetryProbabilityForPriority. */
  popRetryPercentForPriority?: number | undefined
  /**
   * Popped messages come back in the queue of their number, so that priorities hold among retries. False by default.
   * Apache: useSeparateRetryQueue.
   */
  separateRetryQueues?: boolean | undefined
  /**
   * The last queue has the highest priority and is popped first; else queue 0. True by default. Apache:
   * priorityOrderAsc.
   */
  ascendingPriorities?: boolean | undefined
  /** Retry topics of pops are named `%RETRY%group+topic`. False by default. Apache: enableRetryTopicV2. */
  useRetryTopicV2?: boolean | undefined
  /**
   * Shows popped retries under their retry topic instead of the one they were sent to. False by default. Apache:
   * popResponseReturnActualRetryTopic.
   */
  showRetryTopic?: boolean | undefined
}

export const consumingOptionsShape = {
  autoCreateGroups: option.flag().default(true),
  persistOffsetIntervalMs: option.milliseconds().max(DAY_MS).default(5000),
  clientExpiryMs: option.milliseconds().max(DAY_MS).default(120_000),
  idleTimeoutMs: between(1000, DAY_MS).default(120_000),
  notifyGroupChanges: option.flag().default(true),
  assignQueues: option.flag().default(true),
  defaultRequestMode: z.enum(['PULL', 'POP']).default('PULL'),
  defaultPopShareQueues: between(-1, 10_000).default(-1),

  longPolling: option.flag().default(true),
  shortPollingMs: option.milliseconds().max(DAY_MS).default(1000),
  waitingPullsMax: between(1, 10_000_000).default(100_000),
  defaultQueryMessagesMax: between(1, 10_000).default(32),
  queryMessagesMax: between(1, 10_000).default(64),
  allowSqlFilters: option.flag().default(true),
  filterRetries: option.flag().default(false),

  waitingPopsMax: between(1, 10_000_000).default(100_000),
  waitingPopsPerQueueMax: between(1, 10_000_000).default(1024),
  popCheckPointsMax: between(1, 10_000_000).default(200_000),
  popRetryPercent: between(0, 100).default(20),
  popRetryPercentForPriority: between(0, 100).default(0),
  separateRetryQueues: option.flag().default(false),
  ascendingPriorities: option.flag().default(true),
  useRetryTopicV2: option.flag().default(false),
  showRetryTopic: option.flag().default(false),
}
