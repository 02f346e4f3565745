import {
  ackMessage,
  batchAckMessage,
  changeMessageInvisibletime,
  getAllMessageRequestMode,
  notification,
  peekMessage,
  pollingInfo,
  popMessage,
  popRollback,
  queryAssignment,
  setMessageRequestMode,
} from '@rocketeer/protocol'
import { type Route, route } from '@rocketeer/remoting'
import type { Assigner } from '../assignment/assigner.js'
import type { RequestModes } from '../assignment/request-modes.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'
import { ackMessageHandler } from '../handlers/ack-message.js'
import { batchAckMessageHandler } from '../handlers/batch-ack-message.js'
import { changeMessageInvisibletimeHandler } from '../handlers/change-message-invisibletime.js'
import { getAllMessageRequestModeHandler } from '../handlers/get-all-message-request-mode.js'
import { notificationHandler } from '../handlers/notification.js'
import { peekMessageHandler } from '../handlers/peek-message.js'
import { pollingInfoHandler } from '../handlers/polling-info.js'
import { popMessageHandler } from '../handlers/pop-message.js'
import { popRollbackHandler } from '../handlers/pop-rollback.js'
import { queryAssignmentHandler } from '../handlers/query-assignment.js'
import { setMessageRequestModeHandler } from '../handlers/set-message-request-mode.js'
import type { TopicTable } from '../topics/topic-table.js'
import type { Pop } from './pop.js'

export interface PopParts extends Pop {
  readonly requestModes: RequestModes
  readonly assigner: Assigner
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
}

/** Consuming without owning queues, and the choice between that and pulling. */
export function popRoutes(parts: PopParts): Route[] {
  return [
    route(popMessage, popMessageHandler(parts)),
    route(ackMessage, ackMessageHandler(parts)),
    route(batchAckMessage, batchAckMessageHandler(parts)),
    route(changeMessageInvisibletime, changeMessageInvisibletimeHandler(parts)),
    route(notification, notificationHandler(parts)),
    route(pollingInfo, pollingInfoHandler(parts)),
    route(peekMessage, peekMessageHandler(parts)),
    route(popRollback, popRollbackHandler()),
    route(queryAssignment, queryAssignmentHandler(parts)),
    route(setMessageRequestMode, setMessageRequestModeHandler(parts)),
    route(getAllMessageRequestMode, getAllMessageRequestModeHandler(parts)),
  ]
}
