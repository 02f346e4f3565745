import { RETRY_TOPIC_PREFIX, ResponseCode } from '@rocketeer/protocol'
import {
  getAllMessageRequestMode,
  QueryAssignmentRequestBody,
  QueryAssignmentResponseBody,
  queryAssignment,
  SetMessageRequestModeRequestBody,
  setMessageRequestMode,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { Assigner } from './assigner.js'
import type { RequestModes } from './request-modes.js'

interface Needs {
  readonly assigner: Assigner
  readonly requestModes: RequestModes
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
}

/** What Java writes for a body without assignments: the client keeps its queues. */
const NO_ANSWER = Buffer.from('{}')

/** Who consumes which queues, and whether by pulling or popping. Apache: QueryAssignmentProcessor. */
export function assignmentRoutes({ assigner, requestModes, topics, groups }: Needs): Route[] {
  return [
    // A consumer asks for its queues.
    route(queryAssignment, async ({ body }) => {
      const assignment = await assigner.assign(QueryAssignmentRequestBody.decode(body))
      if (assignment === undefined) return { body: NO_ANSWER }
      const { queues, mode } = assignment
      return {
        body: QueryAssignmentResponseBody.encode({
          messageQueueAssignments: queues.map((messageQueue) => ({ messageQueue, mode })),
        }),
      }
    }),

    // Has a group pull or pop a topic from its next rebalance on.
    route(setMessageRequestMode, async ({ body }) => {
      const asked = SetMessageRequestModeRequestBody.decode(body)
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
      if (!topics.has(topic))
        return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `topic[${topic}] not exist` }
      if (groups.find(consumerGroup) === undefined)
        return {
          code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
          remark: `subscription group ${consumerGroup} does not exist`,
        }
      await requestModes.set(asked)
      return {}
    }),

    // Apache: AdminBrokerProcessor.getAllMessageRequestMode.
    route(getAllMessageRequestMode, () => ({ body: requestModes.encode() })),
  ]
}
