import {
  checkClientConfig,
  consumerSendMsgBack,
  endTransaction,
  getConsumerListByGroup,
  getEarliestMsgStoretime,
  getMaxOffset,
  getMinOffset,
  heartBeat,
  litePullMessage,
  lockBatchMq,
  pullMessage,
  queryConsumerOffset,
  queryMessage,
  recallMessage,
  searchOffsetByTimestamp,
  sendBatchMessage,
  sendMessage,
  sendMessageV2,
  sendReplyMessage,
  sendReplyMessageV2,
  unlockBatchMq,
  unregisterClient,
  updateConsumerOffset,
  viewMessageById,
} from '@rocketeer/protocol'
import { type Route, route } from '@rocketeer/remoting'
import { adminRoutes } from './admin/admin-routes.js'
import { checkClientConfigHandler } from './handlers/check-client-config.js'
import { consumerSendMsgBackHandler } from './handlers/consumer-send-msg-back.js'
import { endTransactionHandler } from './handlers/end-transaction.js'
import { getConsumerListByGroupHandler } from './handlers/get-consumer-list-by-group.js'
import { getEarliestMsgStoretimeHandler } from './handlers/get-earliest-msg-storetime.js'
import { getMaxOffsetHandler } from './handlers/get-max-offset.js'
import { getMinOffsetHandler } from './handlers/get-min-offset.js'
import { heartBeatHandler } from './handlers/heart-beat.js'
import { litePullMessageHandler } from './handlers/lite-pull-message.js'
import { lockBatchMqHandler } from './handlers/lock-batch-mq.js'
import { pullMessageHandler } from './handlers/pull-message.js'
import { queryConsumerOffsetHandler } from './handlers/query-consumer-offset.js'
import { queryMessageHandler } from './handlers/query-message.js'
import { recallMessageHandler } from './handlers/recall-message.js'
import { searchOffsetByTimestampHandler } from './handlers/search-offset-by-timestamp.js'
import { sendBatchMessageHandler } from './handlers/send-batch-message.js'
import { sendMessageHandler } from './handlers/send-message.js'
import { sendMessageV2Handler } from './handlers/send-message-v2.js'
import { sendReplyMessageHandler, sendReplyMessageV2Handler } from './handlers/send-reply-message.js'
import { unlockBatchMqHandler } from './handlers/unlock-batch-mq.js'
import { unregisterClientHandler } from './handlers/unregister-client.js'
import { updateConsumerOffsetHandler } from './handlers/update-consumer-offset.js'
import { viewMessageByIdHandler } from './handlers/view-message-by-id.js'
import type { BrokerParts } from './parts.js'
import { popRoutes } from './pop/pop-routes.js'

/**
 * Every request the broker answers, in one list. Each handler declares the few parts it needs; a code that is not here
 * is answered "not supported" by the router.
 */
export function brokerRoutes(parts: BrokerParts): Route[] {
  return [
    // Sending
    route(sendMessageV2, sendMessageV2Handler(parts)),
    route(sendMessage, sendMessageHandler(parts)),
    route(sendReplyMessageV2, sendReplyMessageV2Handler(parts)),
    route(sendReplyMessage, sendReplyMessageHandler(parts)),
    route(sendBatchMessage, sendBatchMessageHandler(parts)),
    route(consumerSendMsgBack, consumerSendMsgBackHandler(parts)),
    route(recallMessage, recallMessageHandler(parts)),
    route(endTransaction, endTransactionHandler(parts)),
    // Pulling and offsets
    route(pullMessage, pullMessageHandler(parts)),
    route(litePullMessage, litePullMessageHandler(parts)),
    route(queryConsumerOffset, queryConsumerOffsetHandler(parts)),
    route(updateConsumerOffset, updateConsumerOffsetHandler(parts)),
    route(getMaxOffset, getMaxOffsetHandler(parts)),
    route(getMinOffset, getMinOffsetHandler(parts)),
    route(getEarliestMsgStoretime, getEarliestMsgStoretimeHandler(parts)),
    route(searchOffsetByTimestamp, searchOffsetByTimestampHandler(parts)),
    ...popRoutes(parts),
    // Clients and their groups
    route(heartBeat, heartBeatHandler(parts)),
    route(unregisterClient, unregisterClientHandler(parts)),
    route(checkClientConfig, checkClientConfigHandler(parts)),
    route(getConsumerListByGroup, getConsumerListByGroupHandler(parts)),
    route(lockBatchMq, lockBatchMqHandler(parts)),
    route(unlockBatchMq, unlockBatchMqHandler(parts)),
    // Looking at messages
    route(viewMessageById, viewMessageByIdHandler(parts)),
    route(queryMessage, queryMessageHandler(parts)),
    ...adminRoutes(parts),
  ]
}
