import type { Clock, Logger } from '@rocketeer/foundation'
import { KVTable } from '@rocketeer/protocol/bodies'
import {
  BrokerStatsData,
  checkRocksdbCqWriteProgress,
  cleanExpiredConsumequeue,
  deleteExpiredCommitlog,
  getBrokerConfig,
  getBrokerHaStatus,
  getBrokerRuntimeInfo,
  getColdDataFlowCtrInfo,
  HARuntimeInfo,
  resetMasterFlushOffset,
  updateBrokerConfig,
  viewBrokerStatsData,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { ConfigUpdates } from '../conf/config-updates.js'
import { refusals } from '../errors.js'
import { getBrokerConfigHandler, updateBrokerConfigHandler } from './broker-config.js'
import { type RuntimeInfoNeeds, runtimeInfo } from './runtime-info.js'

interface Needs extends RuntimeInfoNeeds {
  readonly configUpdates: ConfigUpdates
  readonly clock: Clock
  readonly logger: Logger
}

/** Apache: CheckRocksdbCqWriteResult.CheckStatus.CHECK_ERROR, the only one whose text mqadmin prints. */
const CHECK_ERROR = 3

/** What mqadmin and its likes ask about the broker itself. Apache: AdminBrokerProcessor. */
export function adminRoutes(needs: Needs): Route[] {
  const { stats, store } = needs
  return [
    route(getBrokerConfig, getBrokerConfigHandler(needs)),
    route(updateBrokerConfig, updateBrokerConfigHandler(needs)),
    route(getBrokerRuntimeInfo, async () => ({ body: KVTable.encode({ table: await runtimeInfo(needs) }) })),

    // One counter over the last minute, hour and day.
    route(viewBrokerStatsData, ({ fields: { statsName, statsKey } }) => {
      const data = stats.view(statsName, statsKey)
      if (data === undefined) throw refusals.STATS_NOT_EXIST({ name: statsName, key: statsKey })
      return { body: BrokerStatsData.encode(data) }
    }),

    // Deletes what is expired now, whatever the hour.
    route(deleteExpiredCommitlog, async () => {
      await store.deleteExpiredFiles()
      return {}
    }),
    ...standaloneRoutes(needs),
  ]
}

/** Answers about what this broker does not have: slaves, RocksDB, limits of cold reads. */
function standaloneRoutes({ store }: Needs): Route[] {
  const checkResult = 'consume queues are kept in files, there is no RocksDB to compare them with'
  const rocksdbResult = Buffer.from(JSON.stringify({ checkResult, checkStatus: CHECK_ERROR }))
  const coldReads = Buffer.from(JSON.stringify({ runtimeTable: {}, configTable: {}, globalAcc: 0 }))
  return [
    // Nothing is ever left to clean: the entries of expired messages are removed together with their commit log file.
    route(cleanExpiredConsumequeue, () => ({})),

    // A master without slaves.
    route(getBrokerHaStatus, () => ({
      body: HARuntimeInfo.encode({
        master: true,
        masterCommitLogMaxOffset: store.stats.maxPhysicalOffset,
        inSyncSlaveNums: 0,
        haConnectionInfo: [],
      }),
    })),

    // Concerns slaves only; a master says yes and does nothing.
    route(resetMasterFlushOffset, () => ({})),

    route(checkRocksdbCqWriteProgress, () => ({ body: rocksdbResult })),

    // No group's reads of old messages are limited, or counted. Apache: ColdDataCgCtrService.
    route(getColdDataFlowCtrInfo, () => ({ body: coldReads })),
  ]
}
