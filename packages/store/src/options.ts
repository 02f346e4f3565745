import { totalmem } from 'node:os'
import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { type Clock, type Logger, silentLogger, systemClock, z } from '@rocketeer/foundation'

const KIB = 1024
const MIB = 1024 * KIB

/** `1s 5s 10s 30s 1m … 2h`. Apache: MessageStoreConfig.messageDelayLevel. */
export const DELAY_LEVELS_MS_DEFAULT: readonly number[] = [
  1, 5, 10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200,
].map((seconds) => seconds * 1000)

const bytes = () => z.number().int().positive()
const milliseconds = () => z.number().int().positive()
const percent = () => z.number().int().min(1).max(100)

/** Defaults are Apache's (MessageStoreConfig) unless a comment says otherwise. */
export const storeOptionsSchema = z.strictObject({
  /** Root of the data directory. Apache: storePathRootDir. */
  directory: z.string().min(1),
  /** `<directory>/commitlog` unless it lies elsewhere. Apache: storePathCommitLog. */
  commitLogPath: z.string().min(1).optional(),
  /** Apache: mappedFileSizeCommitLog. */
  commitLogFileBytes: bytes()
    .min(4 * KIB)
    .default(1024 * MIB),
  /** Entries of 20 bytes per consume queue file. Apache: mappedFileSizeConsumeQueue / 20. */
  consumeQueueFileEntries: bytes().default(300_000),
  /** Apache: maxHashSlotNum. */
  indexFileSlots: bytes().default(5_000_000),
  /** Apache: maxIndexNum. */
  indexFileEntries: bytes().min(2).default(20_000_000),
  messageIndexEnable: z.boolean().default(true),
  flushMode: z.enum(['ASYNC_FLUSH', 'SYNC_FLUSH']).default('ASYNC_FLUSH'),
  /** Apache: flushIntervalCommitLog. */
  flushIntervalMs: milliseconds().default(500),
  /** Apache: syncFlushTimeout. */
  flushTimeoutMs: milliseconds().default(5000),
  /** Longest time between two checkpoints while messages arrive; bounds what a start after a kill reads. */
  checkpointIntervalMs: milliseconds().default(5000),
  /** Largest body. Apache: maxMessageSize. */
  messageBytesMax: bytes().default(4 * MIB),
  /** Newest part of the commit log that is kept in memory; ours. */
  tailBytesMax: bytes()
    .min(64 * KIB)
    .default(24 * MIB),
  /** Apache: maxTransferBytesOnMessageInMemory and its three siblings. */
  memoryReadBytesMax: bytes().default(256 * KIB),
  memoryReadMessagesMax: bytes().default(32),
  diskReadBytesMax: bytes().default(64 * KIB),
  diskReadMessagesMax: bytes().default(8),
  /** Distance from the newest message up to which reads count as from memory. Apache: accessMessageInMemoryMaxRatio. */
  memoryDistanceBytes: bytes().default(Math.floor(totalmem() * 0.4)),
  /** Apache: fileReservedTime. */
  fileReservedHours: z.number().positive().default(72),
  /** Hours of the day, `04` or `04;16`. Apache: deleteWhen. */
  deleteWhen: z
    .string()
    .regex(/^([01]?\d|2[0-3])(;([01]?\d|2[0-3]))*$/, 'Give hours of the day such as 04 or 04;16')
    .default('04'),
  /** Pause between two deletions. Apache: deleteCommitLogFilesInterval. */
  deleteIntervalMs: milliseconds().default(100),
  /** Expired files go at any hour above this. Apache: diskMaxUsedSpaceRatio. */
  diskUsedPercentClean: percent().default(75),
  /** Files go before they expire above this. Apache: diskSpaceCleanForciblyRatio. */
  diskUsedPercentForce: percent().default(85),
  /** Writes are refused above this. Apache: diskSpaceWarningLevelRatio. */
  diskUsedPercentMax: percent().default(90),
  /** Asked each time instead of the five above, where these may change while the store is open. */
  retention: z.custom<() => RetentionLimits>().optional(),
  /** Delay of each level in ms, the first is level 1. Apache: messageDelayLevel. */
  delayLevelsMs: z.array(z.number().nonnegative()).readonly().default(DELAY_LEVELS_MS_DEFAULT),
  clock: z.custom<Clock>().default(systemClock),
  logger: z.custom<Logger>().default(silentLogger),
  files: z.custom<FileSystem>().default(nodeFileSystem),
})

/** When old messages are deleted, and new ones refused. */
export interface RetentionLimits {
  readonly fileReservedHours: number
  readonly deleteWhen: string
  readonly diskUsedPercentClean: number
  readonly diskUsedPercentForce: number
  readonly diskUsedPercentMax: number
}

export type StoreOptions = z.input<typeof storeOptionsSchema>
export type StoreSettings = Readonly<z.output<typeof storeOptionsSchema>>
