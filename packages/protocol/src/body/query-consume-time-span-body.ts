import { messageQueueShape } from './message-queue.js'
import { bodyOf, integer, list, object, optional, type ValueOf } from './shape.js'

export const queueTimeSpanShape = object({
  messageQueue: optional(messageQueueShape),
  minTimeStamp: integer(),
  maxTimeStamp: integer(),
  consumeTimeStamp: integer(),
  delayTime: integer(),
})

/**
 * Store times of what one queue holds and of what was consumed last; `delayTime` in milliseconds. Apache:
 * QueueTimeSpan.
 */
export type QueueTimeSpan = ValueOf<typeof queueTimeSpanShape>

export const queryConsumeTimeSpanBodyShape = object({
  consumeTimeSpanSet: list(queueTimeSpanShape),
})

/** The answer to QUERY_CONSUME_TIME_SPAN. Apache: QueryConsumeTimeSpanBody. */
export type QueryConsumeTimeSpanBody = ValueOf<typeof queryConsumeTimeSpanBodyShape>

export const { encode: encodeQueryConsumeTimeSpanBody, decode: decodeQueryConsumeTimeSpanBody } = bodyOf(
  'QueryConsumeTimeSpanBody',
  queryConsumeTimeSpanBodyShape,
)
