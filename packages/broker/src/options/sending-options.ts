import { option, z } from '@rocketeer/foundation'
import { DELAY_LEVELS_DEFAULT } from '@rocketeer/protocol'
import { between, DAY_MS, name } from './option-rules.js'

/** Topics, and what happens to messages that are sent to them. Apache: BrokerConfig and MessageStoreConfig. */
export const sendingOptions = {
  /** What clients may do with all topics: 4 is read, 2 write, 6 both. Apache: brokerPermission. */
  brokerPermission: between(0, 7).default(6),
  /** Creates topics when messages are sent to them. Apache: autoCreateTopicEnable. */
  autoCreateTopics: option.flag().default(true),
  /** Queues of topics that sending creates, at most. Apache: defaultTopicQueueNums. */
  defaultTopicQueues: between(1, 1024).default(8),
  /** Takes messages to the topic that has the cluster's name. Apache: clusterTopicEnable. */
  allowClusterTopic: option.flag().default(true),
  /** Takes messages to the topic that has the broker's name. Apache: brokerTopicEnable. */
  allowBrokerTopic: option.flag().default(true),
  /** Sends that are not acknowledged yet; further ones are refused. Apache: sendThreadPoolQueueCapacity. */
  sendsInProgressMax: between(1, 10_000_000).default(10_000),
  /** Lets topics be declared for messages of every kind. Apache: enableMixedMessageType. */
  allowMixedTopics: option.flag().default(false),
  /**
   * Refuses messages of a kind their topic is not declared for. Apache's broker never does; its proxy has
   * enableTopicMessageTypeCheck.
   */
  checkMessageTypes: option.flag().default(false),

  /** Durations of the delay levels, the first is level 1. Apache: messageDelayLevel. */
  delayLevels: z
    .string()
    .regex(/^\s*\d+[smhd](\s+\d+[smhd])*\s*$/, 'durations such as "1s 5s 10s 30s 1m 2h" are needed')
    .default(DELAY_LEVELS_DEFAULT),
  /** How often the progress of the delay levels is written. Apache: flushDelayOffsetInterval. */
  persistDelayOffsetIntervalMs: option.milliseconds().max(DAY_MS).default(10_000),
  /** Takes messages for any delivery time. Apache: timerWheelEnable. */
  allowTimers: option.flag().default(true),
  /** The latest delivery time, from now. Apache: timerMaxDelaySec, in seconds. */
  timerDelayMsMax: between(1000, 10 * 366 * DAY_MS).default(3 * DAY_MS),
  /** Steps of TIMER_OUT_MS in stored messages; deliveries are to the millisecond. Apache: timerPrecisionMs. */
  timerPrecisionMs: between(1, 1000).default(1000),
  /** How often the progress of the timers is written. Apache: timerFlushIntervalMs. */
  persistTimerIntervalMs: option.milliseconds().max(DAY_MS).default(1000),
  /** Recalls name the topic of their message besides its key. Apache: appendTopicForTimerDeleteKey. */
  cancelWithTopic: option.flag().default(false),
  /** Takes recalls. Off in Apache: recallMessageEnable. */
  allowRecall: option.flag().default(true),
  /** Takes recalls also while `brokerPermission` allows no writing. Apache: allowRecallWhenBrokerNotWriteable. */
  allowRecallWhenNotWritable: option.flag().default(true),

  /** Refuses half messages. Apache: rejectTransactionMessage. */
  rejectTransactions: option.flag().default(false),
  /** Age from which the producer of a half message is asked for the outcome. Apache: transactionTimeOut. */
  transactionTimeoutMs: option.milliseconds().max(DAY_MS).default(6000),
  /** How often a producer is asked for the outcome; then the half message is parked. Apache: transactionCheckMax. */
  transactionChecksMax: between(1, 10_000).default(15),
  /** Time between two rounds of checks. Apache: transactionCheckInterval. */
  transactionCheckIntervalMs: option.milliseconds().max(DAY_MS).default(30_000),
  /** Length from which an operation message is written at once. Apache: transactionOpMsgMaxSize. */
  operationMessageBytesMax: between(1, 1024 * 1024).default(4096),
  /** How long an operation message waits for more outcomes. Apache: transactionOpBatchInterval. */
  operationMessageIntervalMs: option.milliseconds().max(DAY_MS).default(3000),

  /** Region named in every message and trace. Apache: regionId. */
  regionId: option.text().default('DefaultRegion'),
  /** Lets clients trace messages of this broker. Apache: traceOn. */
  traceMessages: option.flag().default(true),
  /** The topic traces go to. Apache: msgTraceTopicName. */
  traceTopic: name().default('RMQ_SYS_TRACE_TOPIC'),
  /** Creates `traceTopic` at the start. Apache: traceTopicEnable. */
  createTraceTopic: option.flag().default(false),
}
