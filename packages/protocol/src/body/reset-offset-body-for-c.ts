import { bodyOf, integer, list, object, text, type ValueOf } from './shape.js'

export const messageQueueForCShape = object({
  topic: text(),
  brokerName: text(),
  queueId: integer(),
  offset: integer(),
})

/** A queue and its new offset. Apache: MessageQueueForC. */
export type MessageQueueForC = ValueOf<typeof messageQueueForCShape>

export const resetOffsetBodyForCShape = object({
  offsetTable: list(messageQueueForCShape),
})

/** New offsets of a group, as clients without object keys get them. Apache: ResetOffsetBodyForC. */
export type ResetOffsetBodyForC = ValueOf<typeof resetOffsetBodyForCShape>

export const { encode: encodeResetOffsetBodyForC, decode: decodeResetOffsetBodyForC } = bodyOf(
  'ResetOffsetBodyForC',
  resetOffsetBodyForCShape,
)
