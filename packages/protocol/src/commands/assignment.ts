import { messageQueueShape } from '../bodies/routes.js'
import { bodyOf, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Asks the broker to share queues out instead of the client; everything is in the bodies. Apache:
 * QueryAssignmentRequestBody.
 */
export const queryAssignment = defineCommand({
  code: RequestCode.QUERY_ASSIGNMENT,
})

export const queryAssignmentRequestBodyShape = object({
  topic: string(),
  consumerGroup: string(),
  clientId: string(),
  strategyName: nullable(string()),
  messageModel: nullable(string()),
})

/** Asks the broker to share queues out. Apache: QueryAssignmentRequestBody. */
export type QueryAssignmentRequestBody = ValueOf<typeof queryAssignmentRequestBodyShape>

export const { encode: encodeQueryAssignmentRequestBody, decode: decodeQueryAssignmentRequestBody } = bodyOf(
  'QueryAssignmentRequestBody',
  queryAssignmentRequestBodyShape,
)

export const messageQueueAssignmentShape = object({
  messageQueue: nullable(messageQueueShape),
  mode: string('PULL'),
  attachments: nullable(mapOf(string(), string())),
})

/** A queue given to the asking client. Apache: MessageQueueAssignment. */
export type MessageQueueAssignment = ValueOf<typeof messageQueueAssignmentShape>

export const queryAssignmentResponseBodyShape = object({
  messageQueueAssignments: nullable(list(messageQueueAssignmentShape)),
})

/**
 * The queues given to the asking client; without a list the broker has no answer, and the client keeps its queues. Apache:
 * QueryAssignmentResponseBody.
 */
export type QueryAssignmentResponseBody = ValueOf<typeof queryAssignmentResponseBodyShape>

export const { encode: encodeQueryAssignmentResponseBody, decode: decodeQueryAssignmentResponseBody } =
  bodyOf('QueryAssignmentResponseBody', queryAssignmentResponseBodyShape)

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

export const setMessageRequestModeRequestBodyShape = object({
  topic: string(),
  consumerGroup: string(),
  mode: string('PULL'),
  popShareQueueNum: integer(),
})

/** Whether a group pulls or pops a topic: PULL or POP. Apache: SetMessageRequestModeRequestBody. */
export type SetMessageRequestModeRequestBody = ValueOf<typeof setMessageRequestModeRequestBodyShape>

export const {
  encode: encodeSetMessageRequestModeRequestBody,
  decode: decodeSetMessageRequestModeRequestBody,
} = bodyOf('SetMessageRequestModeRequestBody', setMessageRequestModeRequestBodyShape)

export const messageRequestModeSerializeWrapperShape = object({
  messageRequestModeMap: mapOf(string(), mapOf(string(), setMessageRequestModeRequestBodyShape)),
})

/** The modes of every group by topic. Apache: MessageRequestModeSerializeWrapper. */
export type MessageRequestModeSerializeWrapper = ValueOf<typeof messageRequestModeSerializeWrapperShape>

export const {
  encode: encodeMessageRequestModeSerializeWrapper,
  decode: decodeMessageRequestModeSerializeWrapper,
} = bodyOf('MessageRequestModeSerializeWrapper', messageRequestModeSerializeWrapperShape)
