import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * The committed offset of a group in a queue. Apache: QueryConsumerOffsetRequestHeader,
 * QueryConsumerOffsetResponseHeader.
 */
export const queryConsumerOffset = defineCommand({
  code: RequestCode.QUERY_CONSUMER_OFFSET,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    setZeroIfNotFound: optional(boolean()),
    bname: optional(text()),
  },
  response: {
    offset: int64(),
  },
})
