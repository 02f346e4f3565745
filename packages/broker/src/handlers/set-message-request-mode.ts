import {
  decodeSetMessageRequestModeRequestBody,
  RETRY_TOPIC_PREFIX,
  ResponseCode,
  type setMessageRequestMode,
} from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { RequestModes } from '../assignment/request-modes.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'
import type { TopicTable } from '../topics/topic-table.js'

/** Has a group pull or pop a topic from its next rebalance on. Apache: QueryAssignmentProcessor.setMessageRequestMode. */
export function setMessageRequestModeHandler(needs: {
  requestModes: RequestModes
  topics: TopicTable
  groups: SubscriptionGroupTable
}): HandlerOf<typeof setMessageRequestMode> {
  return async ({ body }) => {
    const asked = decodeSetMessageRequestModeRequestBody(body)
    const { topic, consumerGroup, mode } = asked
    if (mode !== 'PULL' && mode !== 'POP') {
      return {
        code: ResponseCode.INVALID_PARAMETER,
        remark: `"${mode}" is no message request mode: PULL or POP is needed`,
      }
    }
    if (topic.startsWith(RETRY_TOPIC_PREFIX)) {
      return { code: ResponseCode.NO_PERMISSION, remark: 'retry topic is not allowed to set mode' }
    }
    if (!needs.topics.has(topic))
      return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `topic[${topic}] not exist` }
    if (needs.groups.find(consumerGroup) === undefined)
      return {
        code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
        remark: `subscription group ${consumerGroup} does not exist`,
      }
    await needs.requestModes.set(asked)
    return {}
  }
}
