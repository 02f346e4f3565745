import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/**
 * Entries of one consume queue, for mqadmin; the body is a QueryConsumeQueueResponseBody. Apache:
 * QueryConsumeQueueRequestHeader.
 */
export const queryConsumeQueue = defineCommand({
  code: RequestCode.QUERY_CONSUME_QUEUE,
  request: {
    topic: text(),
    queueId: int32({ default: 0 }),
    index: int64({ default: 0 }),
    count: int32({ default: 0 }),
    consumerGroup: optional(text()),
  },
})
