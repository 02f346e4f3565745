import type { BrokerConfig } from '../options/options.js'
import { ENTRY_BYTES } from '../options/storage-options.js'

/** An option in Apache's text: its name, and its unit and words where they differ from ours. */
export interface ApacheForm {
  readonly name: string
  /** A number in another unit. */
  readonly number?: { toApache(ours: number): number; toOurs(apaches: number): number }
  /** Our word → Apache's. */
  readonly words?: Readonly<Record<string, string>>
}

const entriesAsBytes = {
  toApache: (entries: number) => entries * ENTRY_BYTES,
  toOurs: (bytes: number) => Math.ceil(bytes / ENTRY_BYTES),
}

const millisecondsAsSeconds = {
  toApache: (ms: number) => Math.ceil(ms / 1000),
  toOurs: (seconds: number) => seconds * 1000,
}

/** Options without a counterpart in Apache. */
export type OursAlone = 'advertise' | 'vipChannel'

/**
 * The one place where Apache's names of options stand: what each is called in a broker.conf and by mqadmin. Defaults,
 * limits and everything inside speak ours.
 */
export const apacheNames: Readonly<Record<Exclude<keyof BrokerConfig, OursAlone>, string | ApacheForm>> = {
  clusterName: 'brokerClusterName',
  brokerName: 'brokerName',
  brokerId: 'brokerId',
  brokerRole: 'brokerRole',
  host: 'bindAddress',
  port: 'listenPort',
  advertisedHost: 'brokerIP1',
  nameservers: 'namesrvAddr',
  registerIntervalMs: 'registerNameServerPeriod',
  registerTimeoutMs: 'registerBrokerTimeoutMills',
  splitRegistration: 'enableSplitRegistration',
  splitRegistrationTopicsMax: 'splitRegistrationSize',

  directory: 'storePathRootDir',
  commitLogDirectory: 'storePathCommitLog',
  commitLogFileBytes: 'mappedFileSizeCommitLog',
  consumeQueueFileEntries: { name: 'mappedFileSizeConsumeQueue', number: entriesAsBytes },
  flushMode: { name: 'flushDiskType', words: { async: 'ASYNC_FLUSH', sync: 'SYNC_FLUSH' } },
  flushIntervalMs: 'flushIntervalCommitLog',
  flushTimeoutMs: 'syncFlushTimeout',
  fileReservedHours: 'fileReservedTime',
  deleteWhen: 'deleteWhen',
  diskUsedPercentClean: 'diskMaxUsedSpaceRatio',
  diskUsedPercentForce: 'diskSpaceCleanForciblyRatio',
  diskUsedPercentMax: 'diskSpaceWarningLevelRatio',
  indexMessages: 'messageIndexEnable',
  indexFileSlots: 'maxHashSlotNum',
  indexFileEntries: 'maxIndexNum',
  messageBytesMax: 'maxMessageSize',
  memoryDistancePercent: 'accessMessageInMemoryMaxRatio',
  memoryReadBytesMax: 'maxTransferBytesOnMessageInMemory',
  memoryReadMessagesMax: 'maxTransferCountOnMessageInMemory',
  diskReadBytesMax: 'maxTransferBytesOnMessageInDisk',
  diskReadMessagesMax: 'maxTransferCountOnMessageInDisk',

  brokerPermission: 'brokerPermission',
  autoCreateTopics: 'autoCreateTopicEnable',
  defaultTopicQueues: 'defaultTopicQueueNums',
  allowClusterTopic: 'clusterTopicEnable',
  allowBrokerTopic: 'brokerTopicEnable',
  sendsInProgressMax: 'sendThreadPoolQueueCapacity',
  allowMixedTopics: 'enableMixedMessageType',
  checkMessageTypes: 'enableTopicMessageTypeCheck',
  delayLevels: 'messageDelayLevel',
  persistDelayOffsetIntervalMs: 'flushDelayOffsetInterval',
  allowTimers: 'timerWheelEnable',
  timerDelayMsMax: { name: 'timerMaxDelaySec', number: millisecondsAsSeconds },
  timerPrecisionMs: 'timerPrecisionMs',
  persistTimerIntervalMs: 'timerFlushIntervalMs',
  cancelWithTopic: 'appendTopicForTimerDeleteKey',
  allowRecall: 'recallMessageEnable',
  allowRecallWhenNotWritable: 'allowRecallWhenBrokerNotWriteable',
  rejectTransactions: 'rejectTransactionMessage',
  transactionTimeoutMs: 'transactionTimeOut',
  transactionChecksMax: 'transactionCheckMax',
  transactionCheckIntervalMs: 'transactionCheckInterval',
  operationMessageBytesMax: 'transactionOpMsgMaxSize',
  operationMessageIntervalMs: 'transactionOpBatchInterval',
  regionId: 'regionId',
  traceMessages: 'traceOn',
  traceTopic: 'msgTraceTopicName',
  createTraceTopic: 'traceTopicEnable',

  autoCreateGroups: 'autoCreateSubscriptionGroup',
  persistOffsetIntervalMs: 'flushConsumerOffsetInterval',
  clientExpiryMs: 'channelExpiredTimeout',
  idleTimeoutMs: { name: 'serverChannelMaxIdleTimeSeconds', number: millisecondsAsSeconds },
  notifyGroupChanges: 'notifyConsumerIdsChangedEnable',
  assignQueues: 'serverLoadBalancerEnable',
  defaultRequestMode: 'defaultMessageRequestMode',
  defaultPopShareQueues: 'defaultPopShareQueueNum',
  longPolling: 'longPollingEnable',
  shortPollingMs: 'shortPollingTimeMills',
  waitingPullsMax: 'pullThreadPoolQueueCapacity',
  defaultQueryMessagesMax: 'defaultQueryMaxNum',
  queryMessagesMax: 'maxMsgsNumBatch',
  allowSqlFilters: 'enablePropertyFilter',
  filterRetries: 'filterSupportRetry',
  waitingPopsMax: 'maxPopPollingSize',
  waitingPopsPerQueueMax: 'popPollingSize',
  popCheckPointsMax: 'popCkMaxBufferSize',
  popRetryPercent: 'popFromRetryProbability',
  popRetryPercentForPriority: 'popFromRetryProbabilityForPriority',
  separateRetryQueues: 'useSeparateRetryQueue',
  ascendingPriorities: 'priorityOrderAsc',
  useRetryTopicV2: 'enableRetryTopicV2',
  showRetryTopic: 'popResponseReturnActualRetryTopic',
}

/** An option with a counterpart in Apache. */
export type SharedOption = keyof typeof apacheNames

export function apacheForm(option: SharedOption): ApacheForm {
  const form = apacheNames[option]
  return typeof form === 'string' ? { name: form } : form
}

/** What to say of a name that Apache does not have and we do; undefined for any other. */
export function apacheNameHint(option: string): string | undefined {
  if (!Object.hasOwn(apacheNames, option)) return undefined
  return `"${option}" is called "${apacheForm(option as SharedOption).name}" in broker.conf and by mqadmin`
}

/** Apache's name → ours. */
export const optionsByApacheName: ReadonlyMap<string, SharedOption> = new Map(
  (Object.keys(apacheNames) as SharedOption[]).map((option) => [apacheForm(option).name, option]),
)
