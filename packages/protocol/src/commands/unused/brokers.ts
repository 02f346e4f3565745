import { body } from '../../body/body.js'
import { integer, list, nullable, object, string, type ValueOf } from '../../body/shape.js'
import { RequestCode } from '../../codes/request-code.js'
import { defineCommand } from '../../command/command.js'
import { boolean, int32, int64, optional, text } from '../../command/field.js'

// Nobody sends or handles the commands of broker containers, replication, RocksDB and cold reads yet;
// their descriptions let tests compare them with Java's classes.

/** Starts another broker inside a broker container. Apache: AddBrokerRequestHeader. */
export const addBroker = defineCommand({
  code: RequestCode.ADD_BROKER,
  request: {
    configPath: optional(text()),
  },
})

/** Stops a broker inside a broker container. Apache: RemoveBrokerRequestHeader. */
export const removeBroker = defineCommand({
  code: RequestCode.REMOVE_BROKER,
  request: {
    brokerName: text(),
    brokerClusterName: text(),
    brokerId: int64(),
  },
})

/**
 * A slave asks its master where to replicate from; a master tells a slave that it has come up. Apache:
 * ExchangeHAInfoRequestHeader, ExchangeHAInfoResponseHeader.
 */
export const exchangeBrokerHaInfo = defineCommand({
  code: RequestCode.EXCHANGE_BROKER_HA_INFO,
  request: {
    masterHaAddress: optional(text()),
    masterFlushOffset: optional(int64()),
    masterAddress: optional(text()),
  },
  response: {
    masterHaAddress: optional(text()),
    masterFlushOffset: optional(int64()),
    masterAddress: optional(text()),
  },
})

/**
 * The nameserver tells a broker name's members which of them is the smallest id alive. Apache:
 * NotifyMinBrokerIdChangeRequestHeader.
 */
export const notifyMinBrokerIdChange = defineCommand({
  code: RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE,
  request: {
    minBrokerId: optional(int64()),
    brokerName: optional(text()),
    minBrokerAddr: optional(text()),
    offlineBrokerAddr: optional(text()),
    haBrokerAddr: optional(text()),
  },
})

/** The epochs of a replicated commit log. Apache: EpochEntryCache (response body). */
export const getBrokerEpochCache = defineCommand({
  code: RequestCode.GET_BROKER_EPOCH_CACHE,
})

/** From which offset on an epoch counts. Apache: EpochEntry. */
export const EpochEntry = object({
  epoch: integer(),
  startOffset: integer(),
  endOffset: integer(),
})
export type EpochEntry = ValueOf<typeof EpochEntry>

/** The epochs of a replicated commit log. Apache: EpochEntryCache. */
export const EpochEntryCache = body('EpochEntryCache', {
  clusterName: nullable(string()),
  brokerName: nullable(string()),
  brokerId: integer(),
  epochList: list(EpochEntry),
  maxOffset: integer(),
})
export type EpochEntryCache = ValueOf<typeof EpochEntryCache>

/**
 * Creates a topic whose logical queues are mapped to brokers; the body is the mapping. Apache:
 * CreateTopicRequestHeader, TopicQueueMappingDetail.
 */
export const updateAndCreateStaticTopic = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_STATIC_TOPIC,
  request: {
    topic: text(),
    defaultTopic: text(),
    readQueueNums: int32(),
    writeQueueNums: int32(),
    perm: int32(),
    topicFilterType: text(),
    topicSysFlag: optional(int32()),
    order: boolean({ default: false }),
    attributes: optional(text()),
    force: boolean({ default: false }),
  },
})

/** Writes configuration kept in RocksDB as JSON files. Apache: ExportRocksDBConfigToJsonRequestHeader. */
export const exportRocksdbConfigToJson = defineCommand({
  code: RequestCode.EXPORT_ROCKSDB_CONFIG_TO_JSON,
  request: {
    configType: text(),
  },
})

/** Read-ahead of the commit log's mapped files. Apache: MQClientAPIImpl.setCommitLogReadAheadMode. */
export const setCommitlogReadMode = defineCommand({
  code: RequestCode.SET_COMMITLOG_READ_MODE,
  request: {
    mode: optional(text({ wire: 'READ_AHEAD_MODE' })),
  },
})

/**
 * Limits how fast a group may read cold messages; the body is properties text. Apache:
 * MQClientAPIImpl.updateColdDataFlowCtrGroupConfig (no header).
 */
export const updateColdDataFlowCtrConfig = defineCommand({
  code: RequestCode.UPDATE_COLD_DATA_FLOW_CTR_CONFIG,
})

/**
 * Lifts the limit on a group's cold reads. Apache: MQClientAPIImpl.removeColdDataFlowCtrGroupConfig (body: group
 * name).
 */
export const removeColdDataFlowCtrConfig = defineCommand({
  code: RequestCode.REMOVE_COLD_DATA_FLOW_CTR_CONFIG,
})
