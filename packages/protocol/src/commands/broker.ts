import { body } from '../body/body.js'
import { decimal, flag, integer, list, nullable, object, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64, text } from '../command/field.js'

/** The broker's configuration as properties text. Apache: GetBrokerConfigResponseHeader. */
export const getBrokerConfig = defineCommand({
  code: RequestCode.GET_BROKER_CONFIG,
  response: {
    version: text(),
  },
})

/**
 * Changes the broker's configuration; the body is properties text. Apache: MQClientAPIImpl.updateBrokerConfig (no
 * header).
 */
export const updateBrokerConfig = defineCommand({
  code: RequestCode.UPDATE_BROKER_CONFIG,
})

/** Figures of a running broker, for mqadmin brokerStatus. Apache: KVTable (response body). */
export const getBrokerRuntimeInfo = defineCommand({
  code: RequestCode.GET_BROKER_RUNTIME_INFO,
})

/** One counter of the broker; the body is BrokerStatsData. Apache: ViewBrokerStatsDataRequestHeader. */
export const viewBrokerStatsData = defineCommand({
  code: RequestCode.VIEW_BROKER_STATS_DATA,
  request: {
    statsName: text(),
    statsKey: text(),
  },
})

/** A counter over one span of time. Apache: BrokerStatsItem. */
export const BrokerStatsItem = object({
  sum: integer(),
  tps: decimal(),
  avgpt: decimal(),
})
export type BrokerStatsItem = ValueOf<typeof BrokerStatsItem>

/** A counter over the last minute, hour and day. Apache: BrokerStatsData. */
export const BrokerStatsData = body('BrokerStatsData', {
  statsMinute: BrokerStatsItem,
  statsHour: BrokerStatsItem,
  statsDay: BrokerStatsItem,
})
export type BrokerStatsData = ValueOf<typeof BrokerStatsData>

/** Deletes expired commit log files now. Apache: MQClientAPIImpl.deleteExpiredCommitLog (no header). */
export const deleteExpiredCommitlog = defineCommand({
  code: RequestCode.DELETE_EXPIRED_COMMITLOG,
})

/**
 * Deletes consume queue files whose messages are gone. Apache: MQClientAPIImpl.cleanExpiredConsumeQueue (no
 * header).
 */
export const cleanExpiredConsumequeue = defineCommand({
  code: RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE,
})

/** Compares consume queues in files and in RocksDB. Apache: CheckRocksdbCqWriteProgressRequestHeader. */
export const checkRocksdbCqWriteProgress = defineCommand({
  code: RequestCode.CHECK_ROCKSDB_CQ_WRITE_PROGRESS,
  request: {
    topic: text(),
    checkStoreTime: int64({ default: 0 }),
  },
})

/**
 * The limits on cold reads and how far they are used. Apache: MQClientAPIImpl.getColdDataFlowCtrInfo (response
 * body: JSON text).
 */
export const getColdDataFlowCtrInfo = defineCommand({
  code: RequestCode.GET_COLD_DATA_FLOW_CTR_INFO,
})

/** How replication is doing. Apache: HARuntimeInfo (response body). */
export const getBrokerHaStatus = defineCommand({
  code: RequestCode.GET_BROKER_HA_STATUS,
})

/** A slave as its master sees it. Apache: HAConnectionRuntimeInfo. */
export const HAConnectionRuntimeInfo = object({
  addr: nullable(string()),
  slaveAckOffset: integer(),
  diff: integer(),
  inSync: flag(),
  transferredByteInSecond: integer(),
  transferFromWhere: integer(),
})
export type HAConnectionRuntimeInfo = ValueOf<typeof HAConnectionRuntimeInfo>

/** A slave as it sees itself. Apache: HAClientRuntimeInfo. */
export const HAClientRuntimeInfo = object({
  masterAddr: nullable(string()),
  transferredByteInSecond: integer(),
  maxOffset: integer(),
  lastReadTimestamp: integer(),
  lastWriteTimestamp: integer(),
  masterFlushOffset: integer(),
})
export type HAClientRuntimeInfo = ValueOf<typeof HAClientRuntimeInfo>

/** How replication is doing. Apache: HARuntimeInfo. */
export const HARuntimeInfo = body('HARuntimeInfo', {
  master: flag(),
  masterCommitLogMaxOffset: integer(),
  inSyncSlaveNums: integer(),
  haConnectionInfo: list(HAConnectionRuntimeInfo),
  haClientRuntimeInfo: nullable(HAClientRuntimeInfo),
})
export type HARuntimeInfo = ValueOf<typeof HARuntimeInfo>

/** Sets how far a slave believes its master to be flushed. Apache: ResetMasterFlushOffsetHeader. */
export const resetMasterFlushOffset = defineCommand({
  code: RequestCode.RESET_MASTER_FLUSH_OFFSET,
  request: {
    masterFlushOffset: int64(),
  },
})
