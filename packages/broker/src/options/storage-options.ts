import { option, z } from '@rocketeer/foundation'
import { between, DAY_MS } from './option-rules.js'

const KIB = 1024
const MIB = 1024 * KIB
const INT32_MAX = 2 ** 31 - 1
const ENTRY_BYTES = 20

/** Where commit log, consume queues, index and `config/` live, and how they are written. Apache: MessageStoreConfig. */
export const storageOptions = {
  /** Root of everything the broker keeps. Apache: storePathRootDir. */
  directory: option.text(),
  /** Directory of the commit log; `<directory>/commitlog` unless given. Apache: storePathCommitLog. */
  commitLogDirectory: option.text().optional(),
  /** Bytes per commit log file; a directory keeps the size it was written with. Apache: mappedFileSizeCommitLog. */
  commitLogFileBytes: between(4 * KIB, INT32_MAX).default(1024 * MIB),
  /** Entries of 20 bytes per consume queue file. Apache: mappedFileSizeConsumeQueue, in bytes. */
  consumeQueueFileEntries: between(1, Math.floor(INT32_MAX / ENTRY_BYTES)).default(300_000),
  /** `async`: acknowledged in the page cache; `sync`: acknowledged on disk. Apache: flushDiskType. */
  flushMode: z.enum(['async', 'sync']).default('async'),
  /** Time between two flushes under `async`. Apache: flushIntervalCommitLog. */
  flushIntervalMs: option.milliseconds().max(DAY_MS).default(500),
  /** How long a sender waits for its flush under `sync` before it is told so. Apache: syncFlushTimeout. */
  flushTimeoutMs: option.milliseconds().max(DAY_MS).default(5000),
  /** Age from which messages may be deleted. Apache: fileReservedTime. */
  fileReservedHours: between(1, 24 * 3650).default(72),
  /** Hours of the day at which such messages are deleted, `04` or `04;16`. Apache: deleteWhen. */
  deleteWhen: z
    .string()
    .regex(/^([01]?\d|2[0-3])(;([01]?\d|2[0-3]))*$/, 'hours of the day such as "04" or "04;16" are needed')
    .default('04'),
  /** Disk use above which such messages are deleted at any hour. Apache: diskMaxUsedSpaceRatio. */
  diskUsedPercentClean: between(10, 95).default(75),
  /** Disk use above which messages are deleted before that age. Apache: diskSpaceCleanForciblyRatio. */
  diskUsedPercentForce: option.percent().default(85),
  /** Disk use above which messages are refused. Apache: diskSpaceWarningLevelRatio. */
  diskUsedPercentMax: option.percent().default(90),
  /** Keeps an index of keys, which queries by key need. Apache: messageIndexEnable. */
  indexMessages: option.flag().default(true),
  /** Hash slots per index file. Apache: maxHashSlotNum. */
  indexFileSlots: between(1, 2 ** 27).default(5_000_000),
  /** Keys per index file. Apache: maxIndexNum. */
  indexFileEntries: between(2, 2 ** 27).default(20_000_000),
  /** Largest body, and largest batch. Apache: maxMessageSize. */
  messageBytesMax: between(1, 2 ** 29).default(4 * MIB),
  /**
   * Distance from the newest message, in percent of the machine's memory, up to which reads count as from memory.
   * Apache: accessMessageInMemoryMaxRatio.
   */
  memoryDistancePercent: option.percent().default(40),
  /** Bytes per pull or pop of messages that count as from memory. Apache: maxTransferBytesOnMessageInMemory. */
  memoryReadBytesMax: between(1024, 2 ** 28).default(256 * KIB),
  /** The same in messages. Apache: maxTransferCountOnMessageInMemory. */
  memoryReadMessagesMax: between(1, 65_536).default(32),
  /** Bytes per pull or pop of older messages. Apache: maxTransferBytesOnMessageInDisk. */
  diskReadBytesMax: between(1024, 2 ** 28).default(64 * KIB),
  /** The same in messages. Apache: maxTransferCountOnMessageInDisk. */
  diskReadMessagesMax: between(1, 65_536).default(8),
}
