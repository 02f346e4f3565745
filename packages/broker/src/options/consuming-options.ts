import { option, z } from '@rocketeer/foundation'
import { between, DAY_MS } from './option-rules.js'

/** Groups and their members, and how messages get to them. Apache: BrokerConfig and NettyServerConfig. */
export const consumingOptions = {
  /** Creates groups when their first member comes. Apache: autoCreateSubscriptionGroup. */
  autoCreateGroups: option.flag().default(true),
  /** How often the offsets of groups are written. Apache: flushConsumerOffsetInterval. */
  persistOffsetIntervalMs: option.milliseconds().max(DAY_MS).default(5000),
  /** How long a client may be silent before it counts as gone. Apache: channelExpiredTimeout. */
  clientExpiryMs: option.milliseconds().max(DAY_MS).default(120_000),
  /** A connection without a whole frame in either direction is closed. Apache: serverChannelMaxIdleTimeSeconds, in seconds. */
  idleTimeoutMs: between(1000, DAY_MS).default(120_000),
  /** Tells the members of a group when one comes or goes. Apache: notifyConsumerIdsChangedEnable. */
  notifyGroupChanges: option.flag().default(true),
  /** Assigns queues for clients that ask for it. Apache: serverLoadBalancerEnable. */
  assignQueues: option.flag().default(true),
  /** How members of a group get messages unless an administrator says otherwise. Apache: defaultMessageRequestMode. */
  defaultRequestMode: z.enum(['PULL', 'POP']).default('PULL'),
  /** Queues each member pops from besides its own; -1 is all. Apache: defaultPopShareQueueNum. */
  defaultPopShareQueues: between(-1, 10_000).default(-1),

  /** Pulls wait for a message as long as the client says. Apache: longPollingEnable. */
  longPolling: option.flag().default(true),
  /** How long pulls wait without `longPolling`. Apache: shortPollingTimeMills. */
  shortPollingMs: option.milliseconds().max(DAY_MS).default(1000),
  /** Pulls that may wait at the same time. Apache: pullThreadPoolQueueCapacity. */
  waitingPullsMax: between(1, 10_000_000).default(100_000),
  /** Messages a query by key finds for clients that do not say how many. Apache: defaultQueryMaxNum. */
  defaultQueryMessagesMax: between(1, 10_000).default(32),
  /** Filters by SQL92 expressions. Off in Apache: enablePropertyFilter. */
  allowSqlFilters: option.flag().default(true),
  /** Filters retries by SQL92 expressions as well. Apache: filterSupportRetry. */
  filterRetries: option.flag().default(false),

  /** Pops that may wait at the same time. Apache: maxPopPollingSize. */
  waitingPopsMax: between(1, 10_000_000).default(100_000),
  /** The same for one group at one queue. Apache: popPollingSize. */
  waitingPopsPerQueueMax: between(1, 10_000_000).default(1024),
  /** Check points in flight, a quarter of them for one group. Apache: popCkMaxBufferSize. */
  popCheckPointsMax: between(1, 10_000_000).default(200_000),
  /** Chance that a pop begins with retries. Apache: popFromRetryProbability. */
  popRetryPercent: between(0, 100).default(20),
  /** The same for topics with priorities. Apache: popFromRetryProbabilityForPriority. */
  popRetryPercentForPriority: between(0, 100).default(0),
  /** Popped messages come back in the queue of their number, so that priorities hold among retries. Apache: useSeparateRetryQueue. */
  separateRetryQueues: option.flag().default(false),
  /** The last queue has the highest priority and is popped first; else queue 0. Apache: priorityOrderAsc. */
  ascendingPriorities: option.flag().default(true),
  /** Retry topics of pops are named `%RETRY%group+topic`. Apache: enableRetryTopicV2. */
  useRetryTopicV2: option.flag().default(false),
  /** Shows popped retries under their retry topic instead of the one they were sent to. Apache: popResponseReturnActualRetryTopic. */
  showRetryTopic: option.flag().default(false),
}
