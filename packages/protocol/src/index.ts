export { type BatchMessage, decodeBatchMessages, encodeBatchMessages } from './batch/batch-messages.js'
export {
  type AclInfo,
  decodeAclInfo,
  decodeAclInfoList,
  encodeAclInfo,
  encodeAclInfoList,
  type PolicyEntryInfo,
  type PolicyInfo,
} from './body/acl-info.js'
export {
  type BatchAck,
  type BatchAckMessageRequestBody,
  decodeBatchAckMessageRequestBody,
  encodeBatchAckMessageRequestBody,
} from './body/batch-ack-message-request-body.js'
export {
  type BrokerMemberGroup,
  decodeGetBrokerMemberGroupResponseBody,
  encodeGetBrokerMemberGroupResponseBody,
  type GetBrokerMemberGroupResponseBody,
} from './body/broker-member-group.js'
export {
  type BrokerStatsData,
  type BrokerStatsItem,
  decodeBrokerStatsData,
  encodeBrokerStatsData,
} from './body/broker-stats-data.js'
export {
  type CheckClientRequestBody,
  decodeCheckClientRequestBody,
  encodeCheckClientRequestBody,
} from './body/check-client-request-body.js'
export { type ClusterInfo, decodeClusterInfo, encodeClusterInfo } from './body/cluster-info.js'
export {
  decodeCompressedRegisterBrokerBody,
  encodeCompressedRegisterBrokerBody,
} from './body/compressed-register-broker-body.js'
export type { ConnectionInfo } from './body/connection-info.js'
export {
  type ConsumeMessageDirectlyResult,
  decodeConsumeMessageDirectlyResult,
  encodeConsumeMessageDirectlyResult,
} from './body/consume-message-directly-result.js'
export { type ConsumeStats, decodeConsumeStats, encodeConsumeStats } from './body/consume-stats.js'
export {
  type ConsumeStatsList,
  decodeConsumeStatsList,
  encodeConsumeStatsList,
} from './body/consume-stats-list.js'
export {
  type ConsumerConnection,
  decodeConsumerConnection,
  encodeConsumerConnection,
} from './body/consumer-connection.js'
export {
  type ConsumerOffsetSerializeWrapper,
  decodeConsumerOffsetSerializeWrapper,
  encodeConsumerOffsetSerializeWrapper,
} from './body/consumer-offset-serialize-wrapper.js'
export {
  type ConsumerOrderInfo,
  decodeConsumerOrderInfo,
  encodeConsumerOrderInfo,
  type OrderInfo,
} from './body/consumer-order-info.js'
export {
  type ConsumerRunningInfo,
  type ConsumeStatus,
  decodeConsumerRunningInfo,
  encodeConsumerRunningInfo,
} from './body/consumer-running-info.js'
export {
  type CreateTopicListRequestBody,
  decodeCreateTopicListRequestBody,
  encodeCreateTopicListRequestBody,
} from './body/create-topic-list-request-body.js'
export { type DataVersion, decodeDataVersion, encodeDataVersion } from './body/data-version.js'
export {
  type DelayOffsetSerializeWrapper,
  decodeDelayOffsetSerializeWrapper,
  encodeDelayOffsetSerializeWrapper,
} from './body/delay-offset-serialize-wrapper.js'
export {
  decodeEpochEntryCache,
  type EpochEntry,
  type EpochEntryCache,
  encodeEpochEntryCache,
} from './body/epoch-entry-cache.js'
export {
  decodeGetConsumerListByGroupResponseBody,
  encodeGetConsumerListByGroupResponseBody,
  type GetConsumerListByGroupResponseBody,
} from './body/get-consumer-list-by-group-response-body.js'
export {
  decodeGetConsumerStatusBody,
  encodeGetConsumerStatusBody,
  type GetConsumerStatusBody,
} from './body/get-consumer-status-body.js'
export { decodeGroupForbidden, encodeGroupForbidden, type GroupForbidden } from './body/group-forbidden.js'
export { decodeGroupList, encodeGroupList, type GroupList } from './body/group-list.js'
export {
  decodeHARuntimeInfo,
  encodeHARuntimeInfo,
  type HAClientRuntimeInfo,
  type HAConnectionRuntimeInfo,
  type HARuntimeInfo,
} from './body/ha-runtime-info.js'
export {
  type ConsumerData,
  decodeHeartbeatData,
  encodeHeartbeatData,
  type HeartbeatData,
  type ProducerData,
} from './body/heartbeat-data.js'
export { formatJavaProperties, parseJavaProperties } from './body/java-properties.js'
export {
  decodeKVConfigSerializeWrapper,
  encodeKVConfigSerializeWrapper,
  type KVConfigSerializeWrapper,
} from './body/kv-config-serialize-wrapper.js'
export { decodeKVTable, encodeKVTable, type KVTable } from './body/kv-table.js'
export {
  decodeLockBatchRequestBody,
  encodeLockBatchRequestBody,
  type LockBatchRequestBody,
} from './body/lock-batch-request-body.js'
export {
  decodeLockBatchResponseBody,
  encodeLockBatchResponseBody,
  type LockBatchResponseBody,
} from './body/lock-batch-response-body.js'
export type { MessageQueue } from './body/message-queue.js'
export {
  decodeMessageRequestModeSerializeWrapper,
  decodeSetMessageRequestModeRequestBody,
  encodeMessageRequestModeSerializeWrapper,
  encodeSetMessageRequestModeRequestBody,
  type MessageRequestModeSerializeWrapper,
  type SetMessageRequestModeRequestBody,
} from './body/message-request-mode.js'
export {
  decodeOffsetSerializeWrapper,
  encodeOffsetSerializeWrapper,
  type OffsetSerializeWrapper,
} from './body/offset-serialize-wrapper.js'
export type { OffsetWrapper } from './body/offset-wrapper.js'
export {
  decodePopAck,
  decodePopCheckPoint,
  encodePopAck,
  encodePopCheckPoint,
  type PopAck,
  type PopCheckPoint,
} from './body/pop-check-point.js'
export type { PopProcessQueueInfo, ProcessQueueInfo } from './body/process-queue-info.js'
export {
  decodeProducerConnection,
  encodeProducerConnection,
  type ProducerConnection,
} from './body/producer-connection.js'
export {
  decodeProducerTableInfo,
  encodeProducerTableInfo,
  type ProducerInfo,
  type ProducerTableInfo,
} from './body/producer-table-info.js'
export {
  decodeQueryAssignmentRequestBody,
  decodeQueryAssignmentResponseBody,
  encodeQueryAssignmentRequestBody,
  encodeQueryAssignmentResponseBody,
  type MessageQueueAssignment,
  type QueryAssignmentRequestBody,
  type QueryAssignmentResponseBody,
} from './body/query-assignment.js'
export {
  type ConsumeQueueData,
  decodeQueryConsumeQueueResponseBody,
  encodeQueryConsumeQueueResponseBody,
  type QueryConsumeQueueResponseBody,
} from './body/query-consume-queue-response-body.js'
export {
  decodeQueryConsumeTimeSpanBody,
  encodeQueryConsumeTimeSpanBody,
  type QueryConsumeTimeSpanBody,
  type QueueTimeSpan,
} from './body/query-consume-time-span-body.js'
export {
  decodeQueryCorrectionOffsetBody,
  encodeQueryCorrectionOffsetBody,
  type QueryCorrectionOffsetBody,
} from './body/query-correction-offset-body.js'
export {
  decodeQuerySubscriptionResponseBody,
  encodeQuerySubscriptionResponseBody,
  type QuerySubscriptionResponseBody,
} from './body/query-subscription-response-body.js'
export {
  decodeRegisterBrokerBody,
  encodeRegisterBrokerBody,
  type RegisterBrokerBody,
} from './body/register-broker-body.js'
export {
  decodeResetOffsetBody,
  encodeResetOffsetBody,
  type ResetOffsetBody,
} from './body/reset-offset-body.js'
export {
  decodeResetOffsetBodyForC,
  encodeResetOffsetBodyForC,
  type MessageQueueForC,
  type ResetOffsetBodyForC,
} from './body/reset-offset-body-for-c.js'
export {
  decodeSubscriptionData,
  encodeSubscriptionData,
  type SubscriptionData,
} from './body/subscription-data.js'
export {
  type CustomizedRetryPolicy,
  decodeSubscriptionGroupConfig,
  type ExponentialRetryPolicy,
  encodeSubscriptionGroupConfig,
  type GroupRetryPolicy,
  type SimpleSubscriptionData,
  type SubscriptionGroupConfig,
} from './body/subscription-group-config.js'
export {
  decodeSubscriptionGroupList,
  encodeSubscriptionGroupList,
  type SubscriptionGroupList,
} from './body/subscription-group-list.js'
export {
  decodeSubscriptionGroupWrapper,
  encodeSubscriptionGroupWrapper,
  type SubscriptionGroupWrapper,
} from './body/subscription-group-wrapper.js'
export { decodeTimerMetrics, encodeTimerMetrics, type TimerMetrics } from './body/timer-metrics.js'
export { decodeTopicConfig, encodeTopicConfig, type TopicConfig } from './body/topic-config.js'
export {
  decodeTopicConfigAndMappingSerializeWrapper,
  encodeTopicConfigAndMappingSerializeWrapper,
  type TopicConfigAndMappingSerializeWrapper,
} from './body/topic-config-and-mapping-serialize-wrapper.js'
export {
  decodeTopicConfigAndQueueMapping,
  encodeTopicConfigAndQueueMapping,
  type TopicConfigAndQueueMapping,
} from './body/topic-config-and-queue-mapping.js'
export {
  decodeTopicConfigSerializeWrapper,
  encodeTopicConfigSerializeWrapper,
  type TopicConfigSerializeWrapper,
} from './body/topic-config-serialize-wrapper.js'
export { decodeTopicList, encodeTopicList, type TopicList } from './body/topic-list.js'
export {
  decodeTopicQueueMappingDetail,
  encodeTopicQueueMappingDetail,
  type LogicQueueMappingItem,
  type TopicQueueMappingDetail,
  type TopicQueueMappingInfo,
} from './body/topic-queue-mapping.js'
export {
  decodeTopicQueueMappingSerializeWrapper,
  encodeTopicQueueMappingSerializeWrapper,
  type TopicQueueMappingSerializeWrapper,
} from './body/topic-queue-mapping-serialize-wrapper.js'
export {
  type BrokerData,
  decodeTopicRouteData,
  encodeTopicRouteData,
  type QueueData,
  type TopicRouteData,
} from './body/topic-route-data.js'
export {
  decodeTopicStatsTable,
  encodeTopicStatsTable,
  type TopicOffset,
  type TopicStatsTable,
} from './body/topic-stats-table.js'
export {
  decodeUnlockBatchRequestBody,
  encodeUnlockBatchRequestBody,
  type UnlockBatchRequestBody,
} from './body/unlock-batch-request-body.js'
export {
  decodeUserInfo,
  decodeUserInfoList,
  encodeUserInfo,
  encodeUserInfoList,
  type UserInfo,
} from './body/user-info.js'
export { LanguageCode, languageCode, languageName } from './codes/language-code.js'
export { RequestCode, requestCodeName } from './codes/request-code.js'
export { ResponseCode, responseCodeName } from './codes/response-code.js'
export { PROTOCOL_VERSION, versionName } from './codes/version.js'
export {
  type Command,
  defineCommand,
  type NoFields,
  type RequestFields,
  type ResponseFields,
} from './command/command.js'
export {
  boolean,
  type Field,
  type FieldTable,
  type FieldValues,
  int32,
  int64,
  optional,
  text,
  withWireNames,
} from './command/field.js'
export { FieldCodec } from './command/field-codec.js'
export { ackMessage } from './commands/ack-message.js'
export { addBroker } from './commands/add-broker.js'
export { addWritePermOfBroker } from './commands/add-write-perm-of-broker.js'
export { authCreateAcl } from './commands/auth-create-acl.js'
export { authCreateUser } from './commands/auth-create-user.js'
export { authDeleteAcl } from './commands/auth-delete-acl.js'
export { authDeleteUser } from './commands/auth-delete-user.js'
export { authGetAcl } from './commands/auth-get-acl.js'
export { authGetUser } from './commands/auth-get-user.js'
export { authListAcl } from './commands/auth-list-acl.js'
export { authListUser } from './commands/auth-list-user.js'
export { authUpdateAcl } from './commands/auth-update-acl.js'
export { authUpdateUser } from './commands/auth-update-user.js'
export { batchAckMessage } from './commands/batch-ack-message.js'
export { brokerHeartbeat } from './commands/broker-heartbeat.js'
export { changeMessageInvisibletime } from './commands/change-message-invisibletime.js'
export { checkClientConfig } from './commands/check-client-config.js'
export { checkRocksdbCqWriteProgress } from './commands/check-rocksdb-cq-write-progress.js'
export { checkTransactionState } from './commands/check-transaction-state.js'
export { cleanBrokerData } from './commands/clean-broker-data.js'
export { cleanExpiredConsumequeue } from './commands/clean-expired-consumequeue.js'
export { cleanUnusedTopic } from './commands/clean-unused-topic.js'
export { cloneGroupOffset } from './commands/clone-group-offset.js'
export { consumeMessageDirectly } from './commands/consume-message-directly.js'
export { consumerSendMsgBack } from './commands/consumer-send-msg-back.js'
export { controllerElectMaster } from './commands/controller-elect-master.js'
export { controllerGetMetadataInfo } from './commands/controller-get-metadata-info.js'
export { controllerGetSyncStateData } from './commands/controller-get-sync-state-data.js'
export { deleteExpiredCommitlog } from './commands/delete-expired-commitlog.js'
export { deleteKvConfig } from './commands/delete-kv-config.js'
export { deleteSubscriptiongroup } from './commands/delete-subscriptiongroup.js'
export { deleteTopicInBroker } from './commands/delete-topic-in-broker.js'
export { deleteTopicInNamesrv } from './commands/delete-topic-in-namesrv.js'
export { endTransaction } from './commands/end-transaction.js'
export { exchangeBrokerHaInfo } from './commands/exchange-broker-ha-info.js'
export { exportRocksdbConfigToJson } from './commands/export-rocksdb-config-to-json.js'
export { getAllConsumerOffset } from './commands/get-all-consumer-offset.js'
export { getAllDelayOffset } from './commands/get-all-delay-offset.js'
export { getAllMessageRequestMode } from './commands/get-all-message-request-mode.js'
export { getAllProducerInfo } from './commands/get-all-producer-info.js'
export { getAllSubscriptiongroupConfig } from './commands/get-all-subscriptiongroup-config.js'
export { getAllTopicConfig } from './commands/get-all-topic-config.js'
export { getAllTopicListFromNameserver } from './commands/get-all-topic-list-from-nameserver.js'
export { getBrokerClusterInfo } from './commands/get-broker-cluster-info.js'
export { getBrokerConfig } from './commands/get-broker-config.js'
export { getBrokerConsumeStats } from './commands/get-broker-consume-stats.js'
export { getBrokerEpochCache } from './commands/get-broker-epoch-cache.js'
export { getBrokerHaStatus } from './commands/get-broker-ha-status.js'
export { getBrokerMemberGroup } from './commands/get-broker-member-group.js'
export { getBrokerRuntimeInfo } from './commands/get-broker-runtime-info.js'
export { getColdDataFlowCtrInfo } from './commands/get-cold-data-flow-ctr-info.js'
export { getConsumeStats } from './commands/get-consume-stats.js'
export { getConsumerConnectionList } from './commands/get-consumer-connection-list.js'
export { getConsumerListByGroup } from './commands/get-consumer-list-by-group.js'
export { getConsumerRunningInfo } from './commands/get-consumer-running-info.js'
export { getConsumerStatusFromClient } from './commands/get-consumer-status-from-client.js'
export { getControllerConfig } from './commands/get-controller-config.js'
export { getEarliestMsgStoretime } from './commands/get-earliest-msg-storetime.js'
export { getHasUnitSubTopicList } from './commands/get-has-unit-sub-topic-list.js'
export { getHasUnitSubUnunitTopicList } from './commands/get-has-unit-sub-ununit-topic-list.js'
export { getKvConfig } from './commands/get-kv-config.js'
export { getKvlistByNamespace } from './commands/get-kvlist-by-namespace.js'
export { getMaxOffset } from './commands/get-max-offset.js'
export { getMinOffset } from './commands/get-min-offset.js'
export { getNamesrvConfig } from './commands/get-namesrv-config.js'
export { getProducerConnectionList } from './commands/get-producer-connection-list.js'
export { getRouteinfoByTopic } from './commands/get-routeinfo-by-topic.js'
export { getSubscriptiongroupConfig } from './commands/get-subscriptiongroup-config.js'
export { getSystemTopicListFromBroker } from './commands/get-system-topic-list-from-broker.js'
export { getSystemTopicListFromNs } from './commands/get-system-topic-list-from-ns.js'
export { getTimerCheckPoint } from './commands/get-timer-check-point.js'
export { getTimerMetrics } from './commands/get-timer-metrics.js'
export { getTopicConfig } from './commands/get-topic-config.js'
export { getTopicStatsInfo } from './commands/get-topic-stats-info.js'
export { getTopicsByCluster } from './commands/get-topics-by-cluster.js'
export { getUnitTopicList } from './commands/get-unit-topic-list.js'
export { heartBeat } from './commands/heart-beat.js'
export { invokeBrokerToGetConsumerStatus } from './commands/invoke-broker-to-get-consumer-status.js'
export { invokeBrokerToResetOffset } from './commands/invoke-broker-to-reset-offset.js'
export { litePullMessage } from './commands/lite-pull-message.js'
export { lockBatchMq } from './commands/lock-batch-mq.js'
export { notification } from './commands/notification.js'
export { notifyConsumerIdsChanged } from './commands/notify-consumer-ids-changed.js'
export { notifyMinBrokerIdChange } from './commands/notify-min-broker-id-change.js'
export { peekMessage } from './commands/peek-message.js'
export { pollingInfo } from './commands/polling-info.js'
export { popMessage } from './commands/pop-message.js'
export { popRollback } from './commands/pop-rollback.js'
export { pullMessage } from './commands/pull-message.js'
export { PullSysFlag } from './commands/pull-sys-flag.js'
export { pushReplyMessageToClient } from './commands/push-reply-message-to-client.js'
export { putKvConfig } from './commands/put-kv-config.js'
export { queryAssignment } from './commands/query-assignment.js'
export { queryConsumeQueue } from './commands/query-consume-queue.js'
export { queryConsumeTimeSpan } from './commands/query-consume-time-span.js'
export { queryConsumerOffset } from './commands/query-consumer-offset.js'
export { queryCorrectionOffset } from './commands/query-correction-offset.js'
export { queryDataVersion } from './commands/query-data-version.js'
export { queryMessage } from './commands/query-message.js'
export { querySubscriptionByConsumer } from './commands/query-subscription-by-consumer.js'
export { queryTopicConsumeByWho } from './commands/query-topic-consume-by-who.js'
export { queryTopicsByConsumer } from './commands/query-topics-by-consumer.js'
export { recallMessage } from './commands/recall-message.js'
export { registerBroker } from './commands/register-broker.js'
export { registerTopicInNamesrv } from './commands/register-topic-in-namesrv.js'
export { removeBroker } from './commands/remove-broker.js'
export { removeColdDataFlowCtrConfig } from './commands/remove-cold-data-flow-ctr-config.js'
export { resetConsumerClientOffset } from './commands/reset-consumer-client-offset.js'
export { resetMasterFlushOffset } from './commands/reset-master-flush-offset.js'
export { resumeCheckHalfMessage } from './commands/resume-check-half-message.js'
export { searchOffsetByTimestamp } from './commands/search-offset-by-timestamp.js'
export { sendBatchMessage } from './commands/send-batch-message.js'
export { sendMessage } from './commands/send-message.js'
export { sendMessageV2 } from './commands/send-message-v2.js'
export { sendReplyMessage } from './commands/send-reply-message.js'
export { sendReplyMessageV2 } from './commands/send-reply-message-v2.js'
export { setCommitlogReadMode } from './commands/set-commitlog-read-mode.js'
export { setMessageRequestMode } from './commands/set-message-request-mode.js'
export { switchTimerEngine } from './commands/switch-timer-engine.js'
export { unlockBatchMq } from './commands/unlock-batch-mq.js'
export { unregisterBroker } from './commands/unregister-broker.js'
export { unregisterClient } from './commands/unregister-client.js'
export { updateAndCreateStaticTopic } from './commands/update-and-create-static-topic.js'
export { updateAndCreateSubscriptiongroup } from './commands/update-and-create-subscriptiongroup.js'
export { updateAndCreateSubscriptiongroupList } from './commands/update-and-create-subscriptiongroup-list.js'
export { updateAndCreateTopic } from './commands/update-and-create-topic.js'
export { updateAndCreateTopicList } from './commands/update-and-create-topic-list.js'
export { updateAndGetGroupForbidden } from './commands/update-and-get-group-forbidden.js'
export { updateBrokerConfig } from './commands/update-broker-config.js'
export { updateColdDataFlowCtrConfig } from './commands/update-cold-data-flow-ctr-config.js'
export { updateConsumerOffset } from './commands/update-consumer-offset.js'
export { updateControllerConfig } from './commands/update-controller-config.js'
export { updateNamesrvConfig } from './commands/update-namesrv-config.js'
export { viewBrokerStatsData } from './commands/view-broker-stats-data.js'
export { viewMessageById } from './commands/view-message-by-id.js'
export { wipeWritePermOfBroker } from './commands/wipe-write-perm-of-broker.js'
export { protocolErrors } from './errors.js'
export { encodeFrame, type FrameHead } from './frame/encode-frame.js'
export { decodeFrame, type Frame, type HeaderFields, isOneway, isResponse } from './frame/frame.js'
export { FRAME_BYTES_MAX_DEFAULT, FrameDecoder } from './frame/frame-decoder.js'
export { FrameWriter } from './frame/frame-writer.js'
export { ONEWAY_FLAG, RESPONSE_FLAG, Serialization } from './frame/serialization.js'
export { javaHashCode } from './java/hash-code.js'
export { readInt64, writeInt64 } from './java/int64.js'
export { clientMessageIds } from './names/client-message-id.js'
export { DELAY_LEVELS_DEFAULT, parseDelayLevels } from './names/delay-levels.js'
export {
  DERIVED_TOPIC_CHARACTERS_MAX,
  GROUP_CHARACTERS_MAX,
  groupNameProblem,
  TOPIC_CHARACTERS_MAX,
  topicNameProblem,
} from './names/name-check.js'
export {
  DEAD_LETTER_TOPIC_PREFIX,
  deadLetterTopicOf,
  isClosedToClients,
  isSystemGroup,
  isSystemTopic,
  LIGHT_QUEUE_PREFIX,
  RETRY_TOPIC_PREFIX,
  replyTopicOf,
  retryTopicOf,
  SYSTEM_GROUP_PREFIX,
  SYSTEM_TOPIC_PREFIX,
  SystemTopic,
  TRANSACTION_GROUP,
} from './names/names.js'
export {
  isInheritable,
  isReadable,
  isValidPermission,
  isWritable,
  Permission,
  permissionText,
} from './names/permission.js'
export { decodeRecallHandle, encodeRecallHandle, type RecallHandle } from './names/recall-handle.js'
export { TopicSysFlag } from './names/topic-sys-flag.js'
export {
  POP_ORDER_REVIVE_QUEUE,
  PopPropertyName,
  popOriginTopicOf,
  popRetryTopicOf,
  REVIVE_GROUP,
  reviveTopicOf,
} from './pop/pop-names.js'
export {
  decodeReceiptHandle,
  decodeStartOffsets,
  encodeReceiptHandle,
  markedTopic,
  messageOffsetsItem,
  orderCountItem,
  type ReceiptHandle,
  type RetryMark,
  retryMarkOf,
  startOffsetItem,
} from './pop/receipt-handle.js'
export { bodyCrc, crc32 } from './record/crc32.js'
export {
  type DecodeRecordOptions,
  decodeRecord,
  decodeRecords,
  type MessageRecord,
} from './record/decode-record.js'
export {
  encodeRecord,
  type MessageToEncode,
  type RecordPlace,
  recordBytesMax,
} from './record/encode-record.js'
export { decodeHost, type EncodedHost, encodeHost } from './record/host.js'
export { decodeMessageId, encodeMessageId } from './record/message-id.js'
export {
  type MessageType,
  messageTypeOf,
  TOPIC_MESSAGE_TYPES,
  type TopicMessageType,
} from './record/message-type.js'
export {
  decodeProperties,
  encodeProperties,
  findProperty,
  type MessageProperties,
  PropertyName,
  replaceProperty,
} from './record/properties.js'
export {
  BLANK_MAGIC,
  PROPERTIES_BYTES_MAX,
  RECORD_FIXED_BYTES_V1,
  RECORD_MAGIC_V1,
  RECORD_MAGIC_V2,
  RecordPosition,
  TOPIC_BYTES_MAX_V1,
} from './record/record-layout.js'
export { recordProperties } from './record/record-properties.js'
export { compressionOf, SysFlag, transactionTypeOf, withTransactionType } from './record/sys-flag.js'
export { tagsCodeOf } from './record/tags.js'
export { TIMER_SLOT_MS_MAX, timerDueAt, timerOutAt, timerWakeAt } from './record/timer.js'
export { decodeTraceData, encodeTraceEntry, traceKeysOf } from './trace/trace-data.js'
export {
  ConsumeReturnType,
  type EndTransactionTrace,
  type PubTrace,
  type RecallTrace,
  type SubAfterTrace,
  type SubBeforeTrace,
  type TraceEntry,
  type TraceMessageType,
  type TraceTransactionState,
} from './trace/trace-entry.js'
