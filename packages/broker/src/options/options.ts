import { hostname } from 'node:os'
import type { FileSystem } from '@rocketeer/files'
import { type Clock, type Logger, parseOptions, z } from '@rocketeer/foundation'

const flag = (value: boolean) => z.boolean().default(value)
const whole = (min: number, max: number, value: number) => z.int().min(min).max(max).default(value)
const milliseconds = (value: number) => whole(1, 86_400_000, value)
const percent = (value: number) => whole(1, 100, value)

/** Cluster, broker, topic and group names share Apache's alphabet. Apache: TopicValidator. */
const name = (value: string) =>
  z
    .string()
    .regex(/^[%|a-zA-Z0-9._-]{1,255}$/, 'only letters, digits, "_", "-", "." and "%" may be used')
    .default(value)

/** A `room@broker` is of the consumers of a machine room. Apache: AllocateMessageQueueByMachineRoom. */
const brokerName = (value: string) =>
  z
    .string()
    .regex(/^[%|a-zA-Z0-9._@-]{1,255}$/, 'only letters, digits, "_", "-", ".", "%" and "@" may be used')
    .default(value)

const hostAndPort = /^(\[[0-9a-fA-F:.%]+\]|[^\s:;,[\]]+):(\d{1,5})$/

/** `host:port` addresses; a string may hold several separated by ";" or ",", as Apache's namesrvAddr does. */
const addresses = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((value) => (typeof value === 'string' ? value.split(/[;,]/) : value))
  .transform((list) => list.map((address) => address.trim()).filter((address) => address !== ''))
  .refine((list) => list.every((address) => hostAndPort.test(address)), 'every address must be host:port')

/** Where commit log, consume queues, index and `config/` live, and how they are written. Apache: MessageStoreConfig. */
const storeOptions = {
  storePathRootDir: z.string().min(1),
  storePathCommitLog: z.string().min(1).optional(),
  mappedFileSizeCommitLog: whole(4096, 2 ** 31 - 1, 1024 ** 3),
  mappedFileSizeConsumeQueue: whole(20, 2 ** 31 - 1, 300_000 * 20),
  flushDiskType: z.enum(['ASYNC_FLUSH', 'SYNC_FLUSH']).default('ASYNC_FLUSH'),
  flushIntervalCommitLog: milliseconds(500),
  syncFlushTimeout: milliseconds(5000),
  fileReservedTime: whole(1, 24 * 3650, 72),
  deleteWhen: z
    .string()
    .regex(/^([01]?\d|2[0-3])(;([01]?\d|2[0-3]))*$/, 'hours of the day such as "04" or "04;16" are needed')
    .default('04'),
  diskMaxUsedSpaceRatio: whole(10, 95, 75),
  diskSpaceCleanForciblyRatio: percent(85),
  diskSpaceWarningLevelRatio: percent(90),
  messageIndexEnable: flag(true),
  maxHashSlotNum: whole(1, 2 ** 27, 5_000_000),
  maxIndexNum: whole(2, 2 ** 27, 20_000_000),
  maxMessageSize: whole(1, 2 ** 29, 4 * 1024 ** 2),
  accessMessageInMemoryMaxRatio: percent(40),
}

/** What a broker does with topics, senders and consumers. Apache: BrokerConfig and MessageStoreConfig. */
const behaviourOptions = {
  brokerPermission: whole(0, 7, 6),
  autoCreateTopicEnable: flag(true),
  autoCreateSubscriptionGroup: flag(true),
  clusterTopicEnable: flag(true),
  brokerTopicEnable: flag(true),
  defaultTopicQueueNums: whole(1, 1024, 8),
  messageDelayLevel: z
    .string()
    .regex(/^\s*\d+[smhd](\s+\d+[smhd])*\s*$/, 'durations such as "1s 5s 10s 30s 1m 2h" are needed')
    .default('1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h'),
  flushDelayOffsetInterval: milliseconds(10_000),
  timerWheelEnable: flag(true),
  timerMaxDelaySec: whole(1, 10 * 366 * 86_400, 3 * 86_400),
  /** Steps of TIMER_OUT_MS in stored messages; deliveries are to the millisecond. */
  timerPrecisionMs: whole(1, 1000, 1000),
  timerFlushIntervalMs: milliseconds(1000),
  appendTopicForTimerDeleteKey: flag(false),
  /** Off in Apache. */
  recallMessageEnable: flag(true),
  allowRecallWhenBrokerNotWriteable: flag(true),
  flushConsumerOffsetInterval: milliseconds(5000),
  /** SQL92 filters; off in Apache. */
  enablePropertyFilter: flag(true),
  filterSupportRetry: flag(false),
  popPollingSize: whole(1, 10_000_000, 1024),
  maxPopPollingSize: whole(1, 10_000_000, 100_000),
  popCkMaxBufferSize: whole(1, 10_000_000, 200_000),
  popFromRetryProbability: whole(0, 100, 20),
  popFromRetryProbabilityForPriority: whole(0, 100, 0),
  /** Popped messages come back in the queue of their number, so that priorities hold among retries as well. */
  useSeparateRetryQueue: flag(false),
  /** Pops begin with the last queue, where the highest priorities are; else 0 is the highest. */
  priorityOrderAsc: flag(true),
  enableRetryTopicV2: flag(false),
  popResponseReturnActualRetryTopic: flag(false),
  defaultMessageRequestMode: z.enum(['PULL', 'POP']).default('PULL'),
  defaultPopShareQueueNum: whole(-1, 10_000, -1),
  serverLoadBalancerEnable: flag(true),
  longPollingEnable: flag(true),
  shortPollingTimeMills: milliseconds(1000),
  notifyConsumerIdsChangedEnable: flag(true),
  maxTransferBytesOnMessageInMemory: whole(1024, 2 ** 28, 256 * 1024),
  maxTransferCountOnMessageInMemory: whole(1, 65_536, 32),
  maxTransferBytesOnMessageInDisk: whole(1024, 2 ** 28, 64 * 1024),
  maxTransferCountOnMessageInDisk: whole(1, 65_536, 8),
  defaultQueryMaxNum: whole(1, 10_000, 32),
  sendThreadPoolQueueCapacity: whole(1, 10_000_000, 10_000),
  pullThreadPoolQueueCapacity: whole(1, 10_000_000, 100_000),
  channelExpiredTimeout: milliseconds(120_000),
  serverChannelMaxIdleTimeSeconds: whole(1, 86_400, 120),
  rejectTransactionMessage: flag(false),
  transactionTimeOut: milliseconds(6000),
  transactionCheckMax: whole(1, 10_000, 15),
  transactionCheckInterval: milliseconds(30_000),
  transactionOpMsgMaxSize: whole(1, 1024 * 1024, 4096),
  transactionOpBatchInterval: milliseconds(3000),
  /** Lets topics be declared for messages of every kind. */
  enableMixedMessageType: flag(false),
  /** Refuses messages of a kind their topic is not declared for. Apache: ProxyConfig; its broker never looks. */
  enableTopicMessageTypeCheck: flag(false),
  regionId: z.string().min(1).default('DefaultRegion'),
  traceOn: flag(true),
  msgTraceTopicName: name('RMQ_SYS_TRACE_TOPIC'),
  traceTopicEnable: flag(false),
}

/** Who the broker is and how it is reached. Apache: BrokerIdentity, BrokerConfig, NettyServerConfig. */
const identityOptions = {
  brokerClusterName: name('DefaultCluster'),
  brokerName: brokerName(hostname().replace(/[^a-zA-Z0-9._-]/g, '-') || 'DEFAULT_BROKER'),
  brokerId: z.literal(0, 'only 0 (a master) is supported: this broker has no slaves yet').default(0),
  brokerRole: z.literal('ASYNC_MASTER', 'only ASYNC_MASTER is supported').default('ASYNC_MASTER'),
  bindAddress: z.string().min(1).default('0.0.0.0'),
  listenPort: whole(0, 65_535, 10_911),
  /** The IP address clients are told to use; `advertise` may name a host and another port as well. */
  brokerIP1: z.string().min(1).optional(),
  /** `host` or `host:port` that clients are told to use (behind NAT, or a mapped container port). */
  advertise: z
    .string()
    .regex(/^(\[[0-9a-fA-F:.%]+\]|[^\s:;,[\]]+)(:\d{1,5})?$/, 'host or host:port is needed')
    .optional(),
  namesrvAddr: addresses,
  registerNameServerPeriod: whole(10_000, 60_000, 30_000),
  registerBrokerTimeoutMills: milliseconds(24_000),
  /** Tells nameservers of all topics in several requests, for when one would be longer than they take. */
  enableSplitRegistration: flag(false),
  /** Topics per request then. A nameserver refuses a broker it does not know with a single one. */
  splitRegistrationSize: whole(2, 1_000_000, 800),
}

/** Names and defaults are Apache's wherever Apache has the property; sizes are bytes, times milliseconds unless said. */
export const brokerOptions = z.strictObject({ ...identityOptions, ...storeOptions, ...behaviourOptions })

export type BrokerConfig = Readonly<z.output<typeof brokerOptions>>

/** What a caller may inject besides the options. */
export interface BrokerEnvironment {
  clock?: Clock | undefined
  /** The time of the disk, apart from that of the story; the system's unless given. */
  ioClock?: Clock | undefined
  logger?: Logger | undefined
  /** The disk; Node's unless given. */
  files?: FileSystem | undefined
  /** Names of options that win over what UPDATE_BROKER_CONFIG changed in earlier runs: those of a command line. */
  firmOptions?: readonly string[] | undefined
}

export type BrokerOptions = z.input<typeof brokerOptions> & BrokerEnvironment

/** Throws `OPTION_INVALID`. */
export function parseBrokerOptions(options: z.input<typeof brokerOptions>): BrokerConfig {
  return parseOptions(brokerOptions, options, 'broker options')
}
