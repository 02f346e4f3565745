import {
  checkClientConfig,
  cleanUnusedTopic,
  cloneGroupOffset,
  consumeMessageDirectly,
  consumerSendMsgBack,
  deleteSubscriptiongroup,
  deleteTopicInBroker,
  getAllConsumerOffset,
  getAllDelayOffset,
  getAllProducerInfo,
  getAllSubscriptiongroupConfig,
  getAllTopicConfig,
  getBrokerConfig,
  getBrokerConsumeStats,
  getBrokerRuntimeInfo,
  getConsumerConnectionList,
  getConsumerListByGroup,
  getConsumerRunningInfo,
  getConsumeStats,
  getEarliestMsgStoretime,
  getMaxOffset,
  getMinOffset,
  getProducerConnectionList,
  getSubscriptiongroupConfig,
  getSystemTopicListFromBroker,
  getTopicConfig,
  getTopicStatsInfo,
  heartBeat,
  invokeBrokerToGetConsumerStatus,
  invokeBrokerToResetOffset,
  litePullMessage,
  lockBatchMq,
  pullMessage,
  queryConsumeQueue,
  queryConsumerOffset,
  queryConsumeTimeSpan,
  queryCorrectionOffset,
  queryMessage,
  querySubscriptionByConsumer,
  queryTopicConsumeByWho,
  queryTopicsByConsumer,
  searchOffsetByTimestamp,
  sendBatchMessage,
  sendMessage,
  sendMessageV2,
  unlockBatchMq,
  unregisterClient,
  updateAndCreateSubscriptiongroup,
  updateAndCreateSubscriptiongroupList,
  updateAndCreateTopic,
  updateAndCreateTopicList,
  updateAndGetGroupForbidden,
  updateBrokerConfig,
  updateConsumerOffset,
  viewBrokerStatsData,
  viewMessageById,
} from '@rocketeer/protocol'
import { type Route, route } from '@rocketeer/remoting'
import { checkClientConfigHandler } from './handlers/check-client-config.js'
import { cleanUnusedTopicHandler } from './handlers/clean-unused-topic.js'
import { cloneGroupOffsetHandler } from './handlers/clone-group-offset.js'
import { consumeMessageDirectlyHandler } from './handlers/consume-message-directly.js'
import { consumerSendMsgBackHandler } from './handlers/consumer-send-msg-back.js'
import { deleteSubscriptiongroupHandler } from './handlers/delete-subscriptiongroup.js'
import { deleteTopicInBrokerHandler } from './handlers/delete-topic-in-broker.js'
import { getAllConsumerOffsetHandler } from './handlers/get-all-consumer-offset.js'
import { getAllDelayOffsetHandler } from './handlers/get-all-delay-offset.js'
import { getAllProducerInfoHandler } from './handlers/get-all-producer-info.js'
import { getAllSubscriptiongroupConfigHandler } from './handlers/get-all-subscriptiongroup-config.js'
import { getAllTopicConfigHandler } from './handlers/get-all-topic-config.js'
import { getBrokerConfigHandler } from './handlers/get-broker-config.js'
import { getBrokerConsumeStatsHandler } from './handlers/get-broker-consume-stats.js'
import { getBrokerRuntimeInfoHandler } from './handlers/get-broker-runtime-info.js'
import { getConsumeStatsHandler } from './handlers/get-consume-stats.js'
import { getConsumerConnectionListHandler } from './handlers/get-consumer-connection-list.js'
import { getConsumerListByGroupHandler } from './handlers/get-consumer-list-by-group.js'
import { getConsumerRunningInfoHandler } from './handlers/get-consumer-running-info.js'
import { getEarliestMsgStoretimeHandler } from './handlers/get-earliest-msg-storetime.js'
import { getMaxOffsetHandler } from './handlers/get-max-offset.js'
import { getMinOffsetHandler } from './handlers/get-min-offset.js'
import { getProducerConnectionListHandler } from './handlers/get-producer-connection-list.js'
import { getSubscriptiongroupConfigHandler } from './handlers/get-subscriptiongroup-config.js'
import { getSystemTopicListFromBrokerHandler } from './handlers/get-system-topic-list-from-broker.js'
import { getTopicConfigHandler } from './handlers/get-topic-config.js'
import { getTopicStatsInfoHandler } from './handlers/get-topic-stats-info.js'
import { heartBeatHandler } from './handlers/heart-beat.js'
import { invokeBrokerToGetConsumerStatusHandler } from './handlers/invoke-broker-to-get-consumer-status.js'
import { invokeBrokerToResetOffsetHandler } from './handlers/invoke-broker-to-reset-offset.js'
import { litePullMessageHandler } from './handlers/lite-pull-message.js'
import { lockBatchMqHandler } from './handlers/lock-batch-mq.js'
import { pullMessageHandler } from './handlers/pull-message.js'
import { queryConsumeQueueHandler } from './handlers/query-consume-queue.js'
import { queryConsumeTimeSpanHandler } from './handlers/query-consume-time-span.js'
import { queryConsumerOffsetHandler } from './handlers/query-consumer-offset.js'
import { queryCorrectionOffsetHandler } from './handlers/query-correction-offset.js'
import { queryMessageHandler } from './handlers/query-message.js'
import { querySubscriptionByConsumerHandler } from './handlers/query-subscription-by-consumer.js'
import { queryTopicConsumeByWhoHandler } from './handlers/query-topic-consume-by-who.js'
import { queryTopicsByConsumerHandler } from './handlers/query-topics-by-consumer.js'
import { searchOffsetByTimestampHandler } from './handlers/search-offset-by-timestamp.js'
import { sendBatchMessageHandler } from './handlers/send-batch-message.js'
import { sendMessageHandler } from './handlers/send-message.js'
import { sendMessageV2Handler } from './handlers/send-message-v2.js'
import { unlockBatchMqHandler } from './handlers/unlock-batch-mq.js'
import { unregisterClientHandler } from './handlers/unregister-client.js'
import { updateAndCreateSubscriptiongroupHandler } from './handlers/update-and-create-subscriptiongroup.js'
import { updateAndCreateSubscriptiongroupListHandler } from './handlers/update-and-create-subscriptiongroup-list.js'
import { updateAndCreateTopicHandler } from './handlers/update-and-create-topic.js'
import { updateAndCreateTopicListHandler } from './handlers/update-and-create-topic-list.js'
import { updateAndGetGroupForbiddenHandler } from './handlers/update-and-get-group-forbidden.js'
import { updateBrokerConfigHandler } from './handlers/update-broker-config.js'
import { updateConsumerOffsetHandler } from './handlers/update-consumer-offset.js'
import { viewBrokerStatsDataHandler } from './handlers/view-broker-stats-data.js'
import { viewMessageByIdHandler } from './handlers/view-message-by-id.js'
import type { BrokerParts } from './parts.js'

/**
 * Every request the broker answers, in one list. Each handler declares the few parts it needs; a code that is not here
 * is answered "not supported" by the router.
 */
export function brokerRoutes(parts: BrokerParts): Route[] {
  return [
    // Sending
    route(sendMessageV2, sendMessageV2Handler(parts)),
    route(sendMessage, sendMessageHandler(parts)),
    route(sendBatchMessage, sendBatchMessageHandler(parts)),
    route(consumerSendMsgBack, consumerSendMsgBackHandler(parts)),
    // Pulling and offsets
    route(pullMessage, pullMessageHandler(parts)),
    route(litePullMessage, litePullMessageHandler(parts)),
    route(queryConsumerOffset, queryConsumerOffsetHandler(parts)),
    route(updateConsumerOffset, updateConsumerOffsetHandler(parts)),
    route(getMaxOffset, getMaxOffsetHandler(parts)),
    route(getMinOffset, getMinOffsetHandler(parts)),
    route(getEarliestMsgStoretime, getEarliestMsgStoretimeHandler(parts)),
    route(searchOffsetByTimestamp, searchOffsetByTimestampHandler(parts)),
    // Clients and their groups
    route(heartBeat, heartBeatHandler(parts)),
    route(unregisterClient, unregisterClientHandler(parts)),
    route(checkClientConfig, checkClientConfigHandler()),
    route(getConsumerListByGroup, getConsumerListByGroupHandler(parts)),
    route(lockBatchMq, lockBatchMqHandler(parts)),
    route(unlockBatchMq, unlockBatchMqHandler(parts)),
    // Looking at messages
    route(viewMessageById, viewMessageByIdHandler(parts)),
    route(queryMessage, queryMessageHandler(parts)),
    route(queryConsumeQueue, queryConsumeQueueHandler(parts)),
    route(consumeMessageDirectly, consumeMessageDirectlyHandler(parts)),
    // Administration of topics
    route(cleanUnusedTopic, cleanUnusedTopicHandler(parts)),
    route(deleteTopicInBroker, deleteTopicInBrokerHandler(parts)),
    route(getAllTopicConfig, getAllTopicConfigHandler(parts)),
    route(getSystemTopicListFromBroker, getSystemTopicListFromBrokerHandler(parts)),
    route(getTopicConfig, getTopicConfigHandler(parts)),
    route(getTopicStatsInfo, getTopicStatsInfoHandler(parts)),
    route(updateAndCreateTopic, updateAndCreateTopicHandler(parts)),
    route(updateAndCreateTopicList, updateAndCreateTopicListHandler(parts)),
    // Administration of groups
    route(cloneGroupOffset, cloneGroupOffsetHandler(parts)),
    route(deleteSubscriptiongroup, deleteSubscriptiongroupHandler(parts)),
    route(getAllSubscriptiongroupConfig, getAllSubscriptiongroupConfigHandler(parts)),
    route(getSubscriptiongroupConfig, getSubscriptiongroupConfigHandler(parts)),
    route(updateAndCreateSubscriptiongroup, updateAndCreateSubscriptiongroupHandler(parts)),
    route(updateAndCreateSubscriptiongroupList, updateAndCreateSubscriptiongroupListHandler(parts)),
    route(updateAndGetGroupForbidden, updateAndGetGroupForbiddenHandler(parts)),
    // Progress of consumers, and what they are told
    route(getAllConsumerOffset, getAllConsumerOffsetHandler(parts)),
    route(getAllProducerInfo, getAllProducerInfoHandler(parts)),
    route(getBrokerConsumeStats, getBrokerConsumeStatsHandler(parts)),
    route(getConsumeStats, getConsumeStatsHandler(parts)),
    route(getConsumerConnectionList, getConsumerConnectionListHandler(parts)),
    route(getConsumerRunningInfo, getConsumerRunningInfoHandler(parts)),
    route(getProducerConnectionList, getProducerConnectionListHandler(parts)),
    route(invokeBrokerToGetConsumerStatus, invokeBrokerToGetConsumerStatusHandler(parts)),
    route(invokeBrokerToResetOffset, invokeBrokerToResetOffsetHandler(parts)),
    route(queryConsumeTimeSpan, queryConsumeTimeSpanHandler(parts)),
    route(queryCorrectionOffset, queryCorrectionOffsetHandler(parts)),
    route(querySubscriptionByConsumer, querySubscriptionByConsumerHandler(parts)),
    route(queryTopicConsumeByWho, queryTopicConsumeByWhoHandler(parts)),
    route(queryTopicsByConsumer, queryTopicsByConsumerHandler(parts)),
    // The broker itself
    route(getAllDelayOffset, getAllDelayOffsetHandler(parts)),
    route(getBrokerConfig, getBrokerConfigHandler(parts)),
    route(getBrokerRuntimeInfo, getBrokerRuntimeInfoHandler(parts)),
    route(updateBrokerConfig, updateBrokerConfigHandler(parts)),
    route(viewBrokerStatsData, viewBrokerStatsDataHandler(parts)),
  ]
}
