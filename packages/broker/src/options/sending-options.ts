import { option, z } from '@rocketeer/foundation'
import { DELAY_LEVELS_DEFAULT, TOPIC_CHARACTERS_MAX } from '@rocketeer/protocol'
import { between, DAY_MS, name } from './option-rules.js'

/** Topics, and what happens to messages that are sent to them. Apache: BrokerConfig and MessageStoreConfig. */
export interface SendingOptions {
  /** What clients may do with all topics: 4 is read, 2 write, 6, the default, both. Apache: brokerPermission. */
  brokerPermission?: number | undefined
  /** Creates topics when messages are sent to them. True by default. Apache: autoCreateTopicEnable. */
  autoCreateTopics?: boolean | undefined
  /** Queues of topics that sending creates, at most, 8. Apache: defaultTopicQueueNums. */
  defaultTopicQueues?: number | undefined
  /** Takes messages to the topic that has the cluster's name. True by default. Apache: clusterTopicEnable. */
  allowClusterTopic?: boolean | undefined
  /** Takes messages to the topic that has the broker's name. True by default. Apache: brokerTopicEnable. */
  allowBrokerTopic?: boolean | undefined
  /**
   * Sends that are not acknowledged yet, 10,000; further ones are refused. Apache: sendThreadPoolQueueCapacity.
   */
  sendsInProgressMax?: number | undefined
  /** Lets topics be declared for messages of every kind. False by default. Apache: enableMixedMessageType. */
  allowMixedTopics?: boolean | undefined
  /**
   * Refuses messages of a kind their topic is not declared for. False by default: Apache's broker never does; its
   * proxy has enableTopicMessageTypeCheck.
   */
  checkMessageTypes?: boolean | undefined

  /**
   * Durations of the delay levels, the first is level 1; by default 18, from `'1s 5s 10s …'` to `'… 1h 2h'`. Apache:
   * messageDelayLevel.
   */
  delayLevels?: string | undefined
  /** How often the progress of the delay levels is written, 10,000 ms. Apache: flushDelayOffsetInterval. */
  persistDelayOffsetIntervalMs?: number | undefined
  /** Takes messages for any delivery time. True by default. Apache: timerWheelEnable. */
  allowTimers?: boolean | undefined
  /** The latest delivery time, from now, 3 days. Apache: timerMaxDelaySec, in seconds. */
  timerDelayMsMax?: number | undefined
  /**
   * Steps of TIMER_OUT_MS in stored messages, 1,000 ms; deliveries are to the millisecond. Apache: timerPrecisionMs.
   */
  timerPrecisionMs?: number | undefined
  /** How often the progress of the timers is written, 1,000 ms. Apache: timerFlushIntervalMs. */
  persistTimerIntervalMs?: number | undefined
  /**
   * Recalls name the topic of their message besides its key. False by default. Apache: appendTopicForTimerDeleteKey.
   */
  cancelWithTopic?: boolean | undefined
  /** Takes recalls. True by default; off in Apache: recallMessageEnable. */
  allowRecall?: boolean | undefined
  /**
   * Takes recalls also while `brokerPermission` allows no writing. True by default. Apache:
   * allowRecallWhenBrokerNotWriteable.
   */
  allowRecallWhenNotWritable?: boolean | undefined

  /** Refuses half messages. False by default. Apache: rejectTransactionMessage. */
  rejectTransactions?: boolean | undefined
  /** Age from which the producer of a half message is asked for the outcome, 6,000 ms. Apache: transactionTimeOut. */
  transactionTimeoutMs?: number | undefined
  /**
   * How often a producer is asked for the outcome, 15 times; then the half message is parked. Apache:
   * transactionCheckMax.
   */
  transactionChecksMax?: number | undefined
  /** Time between two rounds of checks, 30,000 ms. Apache: transactionCheckInterval. */
  transactionCheckIntervalMs?: number | undefined
  /** Length from which an operation message is written at once, 4096 bytes. Apache: transactionOpMsgMaxSize. */
  operationMessageBytesMax?: number | undefined
  /** How long an operation message waits for more outcomes, 3,000 ms. Apache: transactionOpBatchInterval. */
  operationMessageIntervalMs?: number | undefined

  /** Region named in every message and trace, `'DefaultRegion'`. Apache: regionId. */
  regionId?: string | undefined
  /** Lets clients trace messages of this broker. True by default. Apache: traceOn. */
  traceMessages?: boolean | undefined
  /** The topic traces go to, `'RMQ_SYS_TRACE_TOPIC'`. Apache: msgTraceTopicName. */
  traceTopic?: string | undefined
  /** Creates `traceTopic` at the start. False by default. Apache: traceTopicEnable. */
  createTraceTopic?: boolean | undefined
}

export const sendingOptionsShape = {
  brokerPermission: between(0, 7).default(6),
  autoCreateTopics: option.flag().default(true),
  defaultTopicQueues: between(1, 1024).default(8),
  allowClusterTopic: option.flag().default(true),
  allowBrokerTopic: option.flag().default(true),
  sendsInProgressMax: between(1, 10_000_000).default(10_000),
  allowMixedTopics: option.flag().default(false),
  checkMessageTypes: option.flag().default(false),

  delayLevels: z
    .string()
    .regex(/^\s*\d+[smhd](\s+\d+[smhd])*\s*$/, 'durations such as "1s 5s 10s 30s 1m 2h" are needed')
    .default(DELAY_LEVELS_DEFAULT),
  persistDelayOffsetIntervalMs: option.milliseconds().max(DAY_MS).default(10_000),
  allowTimers: option.flag().default(true),
  timerDelayMsMax: between(1000, 10 * 366 * DAY_MS).default(3 * DAY_MS),
  timerPrecisionMs: between(1, 1000).default(1000),
  persistTimerIntervalMs: option.milliseconds().max(DAY_MS).default(1000),
  cancelWithTopic: option.flag().default(false),
  allowRecall: option.flag().default(true),
  allowRecallWhenNotWritable: option.flag().default(true),

  rejectTransactions: option.flag().default(false),
  transactionTimeoutMs: option.milliseconds().max(DAY_MS).default(6000),
  transactionChecksMax: between(1, 10_000).default(15),
  transactionCheckIntervalMs: option.milliseconds().max(DAY_MS).default(30_000),
  operationMessageBytesMax: between(1, 1024 * 1024).default(4096),
  operationMessageIntervalMs: option.milliseconds().max(DAY_MS).default(3000),

  regionId: option.text().max(255).default('DefaultRegion'),
  traceMessages: option.flag().default(true),
  traceTopic: name(TOPIC_CHARACTERS_MAX, 'a topic name has no more').default('RMQ_SYS_TRACE_TOPIC'),
  createTraceTopic: option.flag().default(false),
}
