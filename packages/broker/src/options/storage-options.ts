import { option, z } from '@rocketeer/foundation'
import { between, DAY_MS } from './option-rules.js'

/** Where commit log, consume queues, index and `config/` live, and how they are written. Apache: MessageStoreConfig. */
export interface StorageOptions {
  /** Root of everything the broker keeps. Apache: storePathRootDir. */
  directory: string
  /** Directory of the commit log; `<directory>/commitlog` unless given. Apache: storePathCommitLog. */
  commitLogDirectory?: string | undefined
  /**
   * Bytes per commit log file, 1 GiB, at least 64 KiB; a directory keeps the size it was written with. Apache: mappedFileSizeCommitLog.
   */
  commitLogFileBytes?: number | undefined
  /** Entries of 20 bytes per consume queue file, 300,000. Apache: mappedFileSizeConsumeQueue, in bytes. */
  consumeQueueFileEntries?: number | undefined
  /**
   * `'async'`, the default: acknowledged in the page cache; `'sync'`: acknowledged on disk. Apache: flushDiskType.
   */
  flushMode?: 'async' | 'sync' | undefined
  /** Time between two flushes under `'async'`, 500 ms. Apache: flushIntervalCommitLog. */
  flushIntervalMs?: number | undefined
  /** How long a sender waits for its flush under `'sync'` before it is told so, 5,000 ms. Apache: syncFlushTimeout. */
  flushTimeoutMs?: number | undefined
  /** Age from which messages may be deleted, 72 hours. Apache: fileReservedTime. */
  fileReservedHours?: number | undefined
  /** Hours of the day at which such messages are deleted, such as `'04;16'`; `'04'`. Apache: deleteWhen. */
  deleteWhen?: string | undefined
  /** Disk use above which such messages are deleted at any hour, 75 %. Apache: diskMaxUsedSpaceRatio. */
  diskUsedPercentClean?: number | undefined
  /** Disk use above which messages are deleted before that age, 85 %. Apache: diskSpaceCleanForciblyRatio. */
  diskUsedPercentForce?: number | undefined
  /** Disk use above which messages are refused, 90 %. Apache: diskSpaceWarningLevelRatio. */
  diskUsedPercentMax?: number | undefined
  /** Keeps an index of keys, which queries by key need. True by default. Apache: messageIndexEnable. */
  indexMessages?: boolean | undefined
  /** Hash slots per index file, 5,000,000. Apache: maxHashSlotNum. */
  indexFileSlots?: number | undefined
  /** Keys per index file, 20,000,000. Apache: maxIndexNum. */
  indexFileEntries?: number | undefined
  /** Largest body, and largest batch, 4 MiB. Apache: maxMessageSize. */
  messageBytesMax?: number | undefined
  /**
   * Distance from the newest message up to which reads count as from memory, 40 % of the machine's memory. Apache:
   * accessMessageInMemoryMaxRatio.
   */
  memoryDistancePercent?: number | undefined
  /**
   * Bytes per pull or pop of messages that count as from memory, 256 KiB. Apache: maxTransferBytesOnMessageInMemory.
   */
  memoryReadBytesMax?: number | undefined
  /** The same in messages, 32. Apache: maxTransferCountOnMessageInMemory. */
  memoryReadMessagesMax?: number | undefined
  /** Bytes per pull or pop of older messages, 64 KiB. Apache: maxTransferBytesOnMessageInDisk. */
  diskReadBytesMax?: number | undefined
  /** The same in messages, 8. Apache: maxTransferCountOnMessageInDisk. */
  diskReadMessagesMax?: number | undefined
}

const KIB = 1024
const MIB = 1024 * KIB
const INT32_MAX = 2 ** 31 - 1
/** One consume queue entry. Apache: ConsumeQueue.CQ_STORE_UNIT_SIZE. */
export const ENTRY_BYTES = 20

export const storageOptionsShape = {
  directory: option.text(),
  commitLogDirectory: option.text().optional(),
  commitLogFileBytes: between(64 * KIB, INT32_MAX).default(1024 * MIB),
  consumeQueueFileEntries: between(1, Math.floor(INT32_MAX / ENTRY_BYTES)).default(300_000),
  flushMode: z.enum(['async', 'sync']).default('async'),
  flushIntervalMs: option.milliseconds().max(DAY_MS).default(500),
  flushTimeoutMs: option.milliseconds().max(DAY_MS).default(5000),
  fileReservedHours: between(1, 24 * 3650).default(72),
  deleteWhen: z
    .string()
    .regex(/^([01]?\d|2[0-3])(;([01]?\d|2[0-3]))*$/, 'hours of the day such as "04" or "04;16" are needed')
    .default('04'),
  diskUsedPercentClean: between(10, 95).default(75),
  diskUsedPercentForce: option.percent().default(85),
  diskUsedPercentMax: option.percent().default(90),
  indexMessages: option.flag().default(true),
  indexFileSlots: between(1, 2 ** 27).default(5_000_000),
  indexFileEntries: between(2, 2 ** 27).default(20_000_000),
  messageBytesMax: between(1, 2 ** 29).default(4 * MIB),
  memoryDistancePercent: option.percent().default(40),
  memoryReadBytesMax: between(1024, 2 ** 28).default(256 * KIB),
  memoryReadMessagesMax: between(1, 65_536).default(32),
  diskReadBytesMax: between(1024, 2 ** 28).default(64 * KIB),
  diskReadMessagesMax: between(1, 65_536).default(8),
}
