import { totalmem } from 'node:os'
import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger } from '@rocketeer/foundation'
import type { StoreOptions } from '@rocketeer/store'
import type { LiveConfig } from './live-config.js'
import type { BrokerConfig } from './options.js'

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
    directory: current.directory,
    commitLogDirectory: current.commitLogDirectory,
    commitLogFileBytes: current.commitLogFileBytes,
    consumeQueueFileEntries: current.consumeQueueFileEntries,
    indexFileSlots: current.indexFileSlots,
    indexFileEntries: current.indexFileEntries,
    indexMessages: current.indexMessages,
    flushMode: current.flushMode,
    flushIntervalMs: current.flushIntervalMs,
    flushTimeoutMs: current.flushTimeoutMs,
    memoryReadBytesMax: current.memoryReadBytesMax,
    memoryReadMessagesMax: current.memoryReadMessagesMax,
    diskReadBytesMax: current.diskReadBytesMax,
    diskReadMessagesMax: current.diskReadMessagesMax,
    memoryDistanceBytes: Math.floor((totalmem() * current.memoryDistancePercent) / 100),
    retention: () => retentionLimits(config.current),
    clock,
    ioClock,
    files,
    logger,
  }
}

/** Asked for at each clean-up, since these options may change while the broker runs. */
function retentionLimits(current: BrokerConfig) {
  return {
    fileReservedHours: current.fileReservedHours,
    deleteWhen: current.deleteWhen,
    diskUsedPercentClean: current.diskUsedPercentClean,
    diskUsedPercentForce: current.diskUsedPercentForce,
    diskUsedPercentMax: current.diskUsedPercentMax,
  }
}
