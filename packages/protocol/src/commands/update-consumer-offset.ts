import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/** Commits the offset of a group in a queue. Apache: UpdateConsumerOffsetRequestHeader. */
export const updateConsumerOffset = defineCommand({
  code: RequestCode.UPDATE_CONSUMER_OFFSET,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    commitOffset: int64(),
    bname: optional(text()),
  },
})
