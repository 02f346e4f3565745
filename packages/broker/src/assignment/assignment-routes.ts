import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import {
  getAllMessageRequestMode,
  QueryAssignmentRequestBody,
  QueryAssignmentResponseBody,
  queryAssignment,
  SetMessageRequestModeRequestBody,
  setMessageRequestMode,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { existingGroup, existingTopic } from '../access/access.js'
import { refusals } from '../errors.js'
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

    // Sets whether a group pulls or pops a topic from its next rebalance on.
    route(setMessageRequestMode, async ({ body }) => {
      const requested = SetMessageRequestModeRequestBody.decode(body)
      const { topic, consumerGroup, mode } = requested
      if (mode !== 'PULL' && mode !== 'POP') throw refusals.REQUEST_MODE_UNKNOWN({ mode })
      if (topic.startsWith(RETRY_TOPIC_PREFIX)) throw refusals.REQUEST_MODE_OF_RETRY_TOPIC({ topic })
      existingTopic(topics, topic, 'administer')
      existingGroup(groups, consumerGroup, 'setRequestMode')
      await requestModes.set(requested)
      return {}
    }),

    // Apache: AdminBrokerProcessor.getAllMessageRequestMode.
    route(getAllMessageRequestMode, () => ({ body: requestModes.encode() })),
  ]
}
