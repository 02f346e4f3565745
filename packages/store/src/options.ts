import { totalmem } from 'node:os'
import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { monotonicClock, option, silentLogger, systemClock, z } from '@rocketeer/foundation'
import type { MessageRecord } from '@rocketeer/protocol/record'
import { type SavedTopicEnds, unsavedTopicEnds } from './consume-queue/topic-ends.js'

const KIB = 1024
const MIB = 1024 * KIB

/** Delivery time of a delayed message (milliseconds since the epoch); undefined for all others. */
export type DeliveryTime = (record: MessageRecord) => number | undefined

const { bytes, count, flag, milliseconds, percent, text } = option

/** Defaults are Apache's (MessageStoreConfig) unless a comment says otherwise. */
export const storeOptionsSchema = z.strictObject({
  /** Root of the data directory. Apache: storePathRootDir. */
  directory: text(),
  /** `<directory>/commitlog` unless it lies elsewhere. Apache: storePathCommitLog. */
  commitLogDirectory: text().optional(),
  /** Apache: mappedFileSizeCommitLog. */
  commitLogFileBytes: bytes()
    .min(4 * KIB)
    .default(1024 * MIB),
  /** Entries of 20 bytes per consume queue file. Apache: mappedFileSizeConsumeQueue / 20. */
  consumeQueueFileEntries: count().default(300_000),
  /** Apache: maxHashSlotNum. */
  indexFileSlots: count().default(5_000_000),
  /** Apache: maxIndexNum. */
  indexFileEntries: count().min(2).default(20_000_000),
  /** Keeps an index of keys, which queries by key need. Apache: messageIndexEnable. */
  indexMessages: flag().default(true),
  /** `async`: acknowledged in the page cache; `sync`: acknowledged on disk. Apache: flushDiskType. */
  flushMode: z.enum(['async', 'sync']).default('async'),
  /** Apache: flushIntervalCommitLog. */
  flushIntervalMs: milliseconds().default(500),
  /** Apache: syncFlushTimeout. */
  flushTimeoutMs: milliseconds().default(5000),
  /** Longest time between two checkpoints while messages arrive; bounds what a start after a kill reads. */
  checkpointIntervalMs: milliseconds().default(5000),
  /** Newest part of the commit log that is kept in memory; ours. */
  tailBytesMax: bytes()
    .min(64 * KIB)
    .default(24 * MIB),
  /** Apache: maxTransferBytesOnMessageInMemory and its three siblings. */
  memoryReadBytesMax: bytes().default(256 * KIB),
  memoryReadMessagesMax: count().default(32),
  diskReadBytesMax: bytes().default(64 * KIB),
  diskReadMessagesMax: count().default(8),
  /** Distance from the newest message up to which reads count as from memory. Apache: accessMessageInMemoryMaxRatio. */
  memoryDistanceBytes: bytes().default(Math.floor(totalmem() * 0.4)),
  /** Apache: fileReservedTime. */
  fileReservedHours: z.number().positive().default(72),
  /** Hours of the day, `04` or `04;16`. Apache: deleteWhen. */
  deleteWhen: z
    .string()
    .regex(/^([01]?\d|2[0-3])(;([01]?\d|2[0-3]))*$/, 'hours of the day such as "04" or "04;16" are needed')
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
  /**
   * Asked about each record that is dispatched again: the consume queues of delayed messages hold delivery times in place
   * of hashes of tags, and only the broker knows which messages are delayed and for how long.
   */
  deliveryTime: z.custom<DeliveryTime>().default(() => () => undefined),
  /** Keeps where deleted topics ended, so that topics made again under their names do not use their queue offsets again. */
  topicEnds: z.custom<SavedTopicEnds>().default(() => unsavedTopicEnds),
  /** The time of messages: store timestamps, and when they expire. */
  clock: option.clock().default(systemClock),
  /**
   * The time of the disk: when to flush, how long a flush may take, when to write what is only in memory, how often to
   * look how full the disk is. Only differences count. A clock of its own, so that a test that moves `clock` by
   * days does not time out a flush that is under way, and a simulation can move both.
   */
  ioClock: option.clock().default(monotonicClock),
  logger: option.logger().default(silentLogger),
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
/** The options, checked and frozen. */
export type StoreConfig = Readonly<z.output<typeof storeOptionsSchema>>
