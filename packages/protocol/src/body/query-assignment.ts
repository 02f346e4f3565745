import { messageQueueShape } from './message-queue.js'
import { bodyOf, list, mapOf, object, optional, text, type ValueOf } from './shape.js'

export const queryAssignmentRequestBodyShape = object({
  topic: text(),
  consumerGroup: text(),
  clientId: text(),
  strategyName: optional(text()),
  messageModel: optional(text()),
})

/** Asks the broker to share queues out. Apache: QueryAssignmentRequestBody. */
export type QueryAssignmentRequestBody = ValueOf<typeof queryAssignmentRequestBodyShape>

export const { encode: encodeQueryAssignmentRequestBody, decode: decodeQueryAssignmentRequestBody } = bodyOf(
  'QueryAssignmentRequestBody',
  queryAssignmentRequestBodyShape,
)

export const messageQueueAssignmentShape = object({
  messageQueue: optional(messageQueueShape),
  mode: text('PULL'),
  attachments: optional(mapOf(text(), text())),
})

/** A queue given to the asking client. Apache: MessageQueueAssignment. */
export type MessageQueueAssignment = ValueOf<typeof messageQueueAssignmentShape>

export const queryAssignmentResponseBodyShape = object({
  messageQueueAssignments: optional(list(messageQueueAssignmentShape)),
})

/**
 * The queues given to the asking client; without a list the broker has no answer, and the client keeps its queues. Apache:
 * QueryAssignmentResponseBody.
 */
export type QueryAssignmentResponseBody = ValueOf<typeof queryAssignmentResponseBodyShape>

export const { encode: encodeQueryAssignmentResponseBody, decode: decodeQueryAssignmentResponseBody } =
  bodyOf('QueryAssignmentResponseBody', queryAssignmentResponseBodyShape)
