import { totalmem } from 'node:os'
import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger } from '@rocketeer/foundation'
import type { StoreOptions } from '@rocketeer/store'
import type { LiveConfig } from './live-config.js'
import type { BrokerConfig } from './options.js'

/** One consume queue entry. Apache: ConsumeQueue.CQ_STORE_UNIT_SIZE. */
const CONSUME_QUEUE_ENTRY_BYTES = 20

interface StoreOptionsNeeds {
  readonly config: LiveConfig
  readonly clock: Clock
  readonly ioClock?: Clock | undefined
  readonly files: FileSystem
  readonly logger: Logger
}

/** The store's options under the names and units the store has for them. */
export function storeOptions({ config, clock, ioClock, files, logger }: StoreOptionsNeeds): StoreOptions {
  const { current } = config
  return {
    directory: current.storePathRootDir,
    commitLogPath: current.storePathCommitLog,
    commitLogFileBytes: current.mappedFileSizeCommitLog,
    consumeQueueFileEntries: Math.ceil(current.mappedFileSizeConsumeQueue / CONSUME_QUEUE_ENTRY_BYTES),
    indexFileSlots: current.maxHashSlotNum,
    indexFileEntries: current.maxIndexNum,
    messageIndexEnable: current.messageIndexEnable,
    flushMode: current.flushDiskType,
    flushIntervalMs: current.flushIntervalCommitLog,
    flushTimeoutMs: current.syncFlushTimeout,
    messageBytesMax: current.maxMessageSize,
    memoryReadBytesMax: current.maxTransferBytesOnMessageInMemory,
    memoryReadMessagesMax: current.maxTransferCountOnMessageInMemory,
    diskReadBytesMax: current.maxTransferBytesOnMessageInDisk,
    diskReadMessagesMax: current.maxTransferCountOnMessageInDisk,
    memoryDistanceBytes: Math.floor((totalmem() * current.accessMessageInMemoryMaxRatio) / 100),
    retention: () => retentionLimits(config.current),
    clock,
    ioClock,
    files,
    logger,
  }
}

/** Of options that may change while the broker runs. */
function retentionLimits(current: BrokerConfig) {
  return {
    fileReservedHours: current.fileReservedTime,
    deleteWhen: current.deleteWhen,
    diskUsedPercentClean: current.diskMaxUsedSpaceRatio,
    diskUsedPercentForce: current.diskSpaceCleanForciblyRatio,
    diskUsedPercentMax: current.diskSpaceWarningLevelRatio,
  }
}
