import { MessageQueue } from '../bodies/routes.js'
import { body } from '../body/body.js'
import { integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Asks the broker to allocate queues instead of the client; everything is in the bodies. Apache:
 * QueryAssignmentRequestBody.
 */
export const queryAssignment = defineCommand({
  code: RequestCode.QUERY_ASSIGNMENT,
})

/** The member and the topic to allocate queues for. Apache: QueryAssignmentRequestBody. */
export const QueryAssignmentRequestBody = body('QueryAssignmentRequestBody', {
  topic: string(),
  consumerGroup: string(),
  clientId: string(),
  strategyName: nullable(string()),
  messageModel: nullable(string()),
})
export type QueryAssignmentRequestBody = ValueOf<typeof QueryAssignmentRequestBody>

/** A queue allocated to the client that asked. Apache: MessageQueueAssignment. */
export const MessageQueueAssignment = object({
  messageQueue: nullable(MessageQueue),
  mode: string('PULL'),
  attachments: nullable(mapOf(string(), string())),
})
export type MessageQueueAssignment = ValueOf<typeof MessageQueueAssignment>

/**
 * The queues allocated to the client that asked. A missing list means that the broker cannot tell, and the client keeps
 * the queues it has. Apache: QueryAssignmentResponseBody.
 */
export const QueryAssignmentResponseBody = body('QueryAssignmentResponseBody', {
  messageQueueAssignments: nullable(list(MessageQueueAssignment)),
})
export type QueryAssignmentResponseBody = ValueOf<typeof QueryAssignmentResponseBody>

/** Lets a group pull or pop a topic; everything is in the body. Apache: SetMessageRequestModeRequestBody. */
export const setMessageRequestMode = defineCommand({
  code: RequestCode.SET_MESSAGE_REQUEST_MODE,
})

/**
 * A slave copies what SET_MESSAGE_REQUEST_MODE has set. Apache: MessageRequestModeSerializeWrapper (response
 * body).
 */
export const getAllMessageRequestMode = defineCommand({
  code: RequestCode.GET_ALL_MESSAGE_REQUEST_MODE,
})

/** Whether a group pulls or pops a topic: PULL or POP. Apache: SetMessageRequestModeRequestBody. */
export const SetMessageRequestModeRequestBody = body('SetMessageRequestModeRequestBody', {
  topic: string(),
  consumerGroup: string(),
  mode: string('PULL'),
  popShareQueueNum: integer(),
})
export type SetMessageRequestModeRequestBody = ValueOf<typeof SetMessageRequestModeRequestBody>

/** The modes of every group by topic. Apache: MessageRequestModeSerializeWrapper. */
export const MessageRequestModeSerializeWrapper = body('MessageRequestModeSerializeWrapper', {
  messageRequestModeMap: mapOf(string(), mapOf(string(), SetMessageRequestModeRequestBody)),
})
export type MessageRequestModeSerializeWrapper = ValueOf<typeof MessageRequestModeSerializeWrapper>
