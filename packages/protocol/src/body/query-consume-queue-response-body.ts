import { bodyOf, flag, integer, list, object, optional, text, type ValueOf } from './shape.js'
import { subscriptionDataShape } from './subscription-data.js'

export const consumeQueueDataShape = object({
  physicOffset: integer(),
  physicSize: integer(),
  tagsCode: integer(),
  extendDataJson: optional(text()),
  bitMap: optional(text()),
  eval: flag(),
  msg: optional(text()),
})

/** One entry of a consume queue. Apache: ConsumeQueueData. */
export type ConsumeQueueData = ValueOf<typeof consumeQueueDataShape>

export const queryConsumeQueueResponseBodyShape = object({
  subscriptionData: optional(subscriptionDataShape),
  filterData: optional(text()),
  queueData: list(consumeQueueDataShape),
  maxQueueIndex: integer(),
  minQueueIndex: integer(),
})

/** The answer to QUERY_CONSUME_QUEUE. Apache: QueryConsumeQueueResponseBody. */
export type QueryConsumeQueueResponseBody = ValueOf<typeof queryConsumeQueueResponseBodyShape>

export const { encode: encodeQueryConsumeQueueResponseBody, decode: decodeQueryConsumeQueueResponseBody } =
  bodyOf('QueryConsumeQueueResponseBody', queryConsumeQueueResponseBodyShape)
