import type { Clock, Logger } from '@rocketeer/foundation'
import {
  checkRocksdbCqWriteProgress,
  cleanExpiredConsumequeue,
  cleanUnusedTopic,
  cloneGroupOffset,
  consumeMessageDirectly,
  deleteExpiredCommitlog,
  deleteSubscriptiongroup,
  deleteTopicInBroker,
  getAllConsumerOffset,
  getAllDelayOffset,
  getAllProducerInfo,
  getAllSubscriptiongroupConfig,
  getAllTopicConfig,
  getBrokerConfig,
  getBrokerConsumeStats,
  getBrokerHaStatus,
  getBrokerRuntimeInfo,
  getColdDataFlowCtrInfo,
  getConsumerConnectionList,
  getConsumerRunningInfo,
  getConsumeStats,
  getProducerConnectionList,
  getSubscriptiongroupConfig,
  getSystemTopicListFromBroker,
  getTimerCheckPoint,
  getTimerMetrics,
  getTopicConfig,
  getTopicStatsInfo,
  invokeBrokerToGetConsumerStatus,
  invokeBrokerToResetOffset,
  queryConsumeQueue,
  queryConsumeTimeSpan,
  queryCorrectionOffset,
  querySubscriptionByConsumer,
  queryTopicConsumeByWho,
  queryTopicsByConsumer,
  resetMasterFlushOffset,
  resumeCheckHalfMessage,
  switchTimerEngine,
  updateAndCreateSubscriptiongroup,
  updateAndCreateSubscriptiongroupList,
  updateAndCreateTopic,
  updateAndCreateTopicList,
  updateAndGetGroupForbidden,
  updateBrokerConfig,
  viewBrokerStatsData,
} from '@rocketeer/protocol'
import { type Route, route } from '@rocketeer/remoting'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import type { ProducerRegistry } from '../clients/producer-registry.js'
import type { ConfigUpdates } from '../conf/config-updates.js'
import type { DelayOffsets } from '../delay/delay-offsets.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'
import { checkRocksdbCqWriteProgressHandler } from '../handlers/check-rocksdb-cq-write-progress.js'
import { cleanExpiredConsumequeueHandler } from '../handlers/clean-expired-consumequeue.js'
import { cleanUnusedTopicHandler } from '../handlers/clean-unused-topic.js'
import { cloneGroupOffsetHandler } from '../handlers/clone-group-offset.js'
import { consumeMessageDirectlyHandler } from '../handlers/consume-message-directly.js'
import { deleteExpiredCommitlogHandler } from '../handlers/delete-expired-commitlog.js'
import { deleteSubscriptiongroupHandler } from '../handlers/delete-subscriptiongroup.js'
import { deleteTopicInBrokerHandler } from '../handlers/delete-topic-in-broker.js'
import { getAllConsumerOffsetHandler } from '../handlers/get-all-consumer-offset.js'
import { getAllDelayOffsetHandler } from '../handlers/get-all-delay-offset.js'
import { getAllProducerInfoHandler } from '../handlers/get-all-producer-info.js'
import { getAllSubscriptiongroupConfigHandler } from '../handlers/get-all-subscriptiongroup-config.js'
import { getAllTopicConfigHandler } from '../handlers/get-all-topic-config.js'
import { getBrokerConfigHandler } from '../handlers/get-broker-config.js'
import { getBrokerConsumeStatsHandler } from '../handlers/get-broker-consume-stats.js'
import { getBrokerHaStatusHandler } from '../handlers/get-broker-ha-status.js'
import { getBrokerRuntimeInfoHandler } from '../handlers/get-broker-runtime-info.js'
import { getColdDataFlowCtrInfoHandler } from '../handlers/get-cold-data-flow-ctr-info.js'
import { getConsumeStatsHandler } from '../handlers/get-consume-stats.js'
import { getConsumerConnectionListHandler } from '../handlers/get-consumer-connection-list.js'
import { getConsumerRunningInfoHandler } from '../handlers/get-consumer-running-info.js'
import { getProducerConnectionListHandler } from '../handlers/get-producer-connection-list.js'
import { getSubscriptiongroupConfigHandler } from '../handlers/get-subscriptiongroup-config.js'
import { getSystemTopicListFromBrokerHandler } from '../handlers/get-system-topic-list-from-broker.js'
import { getTimerCheckPointHandler } from '../handlers/get-timer-check-point.js'
import { getTimerMetricsHandler } from '../handlers/get-timer-metrics.js'
import { getTopicConfigHandler } from '../handlers/get-topic-config.js'
import { getTopicStatsInfoHandler } from '../handlers/get-topic-stats-info.js'
import { invokeBrokerToGetConsumerStatusHandler } from '../handlers/invoke-broker-to-get-consumer-status.js'
import { invokeBrokerToResetOffsetHandler } from '../handlers/invoke-broker-to-reset-offset.js'
import { queryConsumeQueueHandler } from '../handlers/query-consume-queue.js'
import { queryConsumeTimeSpanHandler } from '../handlers/query-consume-time-span.js'
import { queryCorrectionOffsetHandler } from '../handlers/query-correction-offset.js'
import { querySubscriptionByConsumerHandler } from '../handlers/query-subscription-by-consumer.js'
import { queryTopicConsumeByWhoHandler } from '../handlers/query-topic-consume-by-who.js'
import { queryTopicsByConsumerHandler } from '../handlers/query-topics-by-consumer.js'
import { resetMasterFlushOffsetHandler } from '../handlers/reset-master-flush-offset.js'
import { resumeCheckHalfMessageHandler } from '../handlers/resume-check-half-message.js'
import { switchTimerEngineHandler } from '../handlers/switch-timer-engine.js'
import { updateAndCreateSubscriptiongroupHandler } from '../handlers/update-and-create-subscriptiongroup.js'
import { updateAndCreateSubscriptiongroupListHandler } from '../handlers/update-and-create-subscriptiongroup-list.js'
import { updateAndCreateTopicHandler } from '../handlers/update-and-create-topic.js'
import { updateAndCreateTopicListHandler } from '../handlers/update-and-create-topic-list.js'
import { updateAndGetGroupForbiddenHandler } from '../handlers/update-and-get-group-forbidden.js'
import { updateBrokerConfigHandler } from '../handlers/update-broker-config.js'
import { viewBrokerStatsDataHandler } from '../handlers/view-broker-stats-data.js'
import type { LiveConfig } from '../live-config.js'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { TimerDelivery } from '../timer/timer-delivery.js'
import type { TopicTable } from '../topics/topic-table.js'
import type { TransactionResume } from '../transaction/transaction-resume.js'
import type { AdminStore } from './admin-store.js'

/** What the administrative handlers share out between them. */
export interface AdminParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly config: LiveConfig
  readonly configUpdates: ConfigUpdates
  readonly store: AdminStore
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly consumers: ConsumerRegistry
  readonly producers: ProducerRegistry
  readonly offsets: ConsumerOffsets
  readonly delayOffsets: DelayOffsets
  readonly timers: TimerDelivery | undefined
  readonly stats: BrokerStats
  readonly transactionLedger: { readonly settling: number; readonly openMax: number }
  readonly transactionResume: TransactionResume
  readonly gate: { readonly inFlightRequests: number }
  readonly held: { readonly size: number; wakeQueue(topic: string, queueId: number): void }
  readonly heldPops: { wakeOne(place: { topic: string; group: string; queueId: number }): void }
  /** `host:port` that clients are told to use; known once the broker listens. */
  readonly address: () => string
}

/** What mqadmin and its likes ask a broker. Apache: AdminBrokerProcessor. */
export function adminRoutes(parts: AdminParts): Route[] {
  return [
    route(updateAndCreateTopic, updateAndCreateTopicHandler(parts)),
    route(updateAndCreateTopicList, updateAndCreateTopicListHandler(parts)),
    route(deleteTopicInBroker, deleteTopicInBrokerHandler(parts)),
    route(getAllTopicConfig, getAllTopicConfigHandler(parts)),
    route(getTopicConfig, getTopicConfigHandler(parts)),
    route(getTopicStatsInfo, getTopicStatsInfoHandler(parts)),
    route(getSystemTopicListFromBroker, getSystemTopicListFromBrokerHandler(parts)),
    route(cleanUnusedTopic, cleanUnusedTopicHandler(parts)),
    route(cleanExpiredConsumequeue, cleanExpiredConsumequeueHandler()),
    route(deleteExpiredCommitlog, deleteExpiredCommitlogHandler(parts)),
    route(updateAndCreateSubscriptiongroup, updateAndCreateSubscriptiongroupHandler(parts)),
    route(updateAndCreateSubscriptiongroupList, updateAndCreateSubscriptiongroupListHandler(parts)),
    route(getAllSubscriptiongroupConfig, getAllSubscriptiongroupConfigHandler(parts)),
    route(getSubscriptiongroupConfig, getSubscriptiongroupConfigHandler(parts)),
    route(deleteSubscriptiongroup, deleteSubscriptiongroupHandler(parts)),
    route(updateAndGetGroupForbidden, updateAndGetGroupForbiddenHandler(parts)),
    route(getBrokerConfig, getBrokerConfigHandler(parts)),
    route(updateBrokerConfig, updateBrokerConfigHandler(parts)),
    route(getBrokerRuntimeInfo, getBrokerRuntimeInfoHandler(parts)),
    route(viewBrokerStatsData, viewBrokerStatsDataHandler(parts)),
    route(getConsumerConnectionList, getConsumerConnectionListHandler(parts)),
    route(getProducerConnectionList, getProducerConnectionListHandler(parts)),
    route(getAllProducerInfo, getAllProducerInfoHandler(parts)),
    route(getConsumerRunningInfo, getConsumerRunningInfoHandler(parts)),
    route(consumeMessageDirectly, consumeMessageDirectlyHandler(parts)),
    route(invokeBrokerToGetConsumerStatus, invokeBrokerToGetConsumerStatusHandler(parts)),
    route(getConsumeStats, getConsumeStatsHandler(parts)),
    route(getBrokerConsumeStats, getBrokerConsumeStatsHandler(parts)),
    route(getAllConsumerOffset, getAllConsumerOffsetHandler(parts)),
    route(getAllDelayOffset, getAllDelayOffsetHandler(parts)),
    route(getTimerCheckPoint, getTimerCheckPointHandler(parts)),
    route(getTimerMetrics, getTimerMetricsHandler(parts)),
    route(switchTimerEngine, switchTimerEngineHandler(parts)),
    route(getBrokerHaStatus, getBrokerHaStatusHandler(parts)),
    route(resetMasterFlushOffset, resetMasterFlushOffsetHandler()),
    route(checkRocksdbCqWriteProgress, checkRocksdbCqWriteProgressHandler()),
    route(getColdDataFlowCtrInfo, getColdDataFlowCtrInfoHandler()),
    route(queryTopicConsumeByWho, queryTopicConsumeByWhoHandler(parts)),
    route(queryTopicsByConsumer, queryTopicsByConsumerHandler(parts)),
    route(querySubscriptionByConsumer, querySubscriptionByConsumerHandler(parts)),
    route(queryConsumeTimeSpan, queryConsumeTimeSpanHandler(parts)),
    route(queryCorrectionOffset, queryCorrectionOffsetHandler(parts)),
    route(queryConsumeQueue, queryConsumeQueueHandler(parts)),
    route(invokeBrokerToResetOffset, invokeBrokerToResetOffsetHandler(parts)),
    route(cloneGroupOffset, cloneGroupOffsetHandler(parts)),
    route(resumeCheckHalfMessage, resumeCheckHalfMessageHandler(parts)),
  ]
}
