import { messageQueueShape } from './message-queue.js'
import { bodyOf, integer, object, pairs, type ValueOf } from './shape.js'

export const resetOffsetBodyShape = object({
  offsetTable: pairs(messageQueueShape, integer()),
})

/** New offsets of a group. Apache: ResetOffsetBody. */
export type ResetOffsetBody = ValueOf<typeof resetOffsetBodyShape>

export const { encode: encodeResetOffsetBody, decode: decodeResetOffsetBody } = bodyOf(
  'ResetOffsetBody',
  resetOffsetBodyShape,
)
