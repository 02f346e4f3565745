import { messageQueueShape } from './message-queue.js'
import { bodyOf, integer, mapOf, object, pairs, text, type ValueOf } from './shape.js'

export const getConsumerStatusBodyShape = object({
  messageQueueTable: pairs(messageQueueShape, integer()),
  consumerTable: mapOf(text(), pairs(messageQueueShape, integer())),
})

/** Offsets consumers hold in memory. Apache: GetConsumerStatusBody. */
export type GetConsumerStatusBody = ValueOf<typeof getConsumerStatusBodyShape>

export const { encode: encodeGetConsumerStatusBody, decode: decodeGetConsumerStatusBody } = bodyOf(
  'GetConsumerStatusBody',
  getConsumerStatusBodyShape,
)
