import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/** The offset the next message of a queue will get. Apache: GetMaxOffsetRequestHeader, GetMaxOffsetResponseHeader. */
export const getMaxOffset = defineCommand({
  code: RequestCode.GET_MAX_OFFSET,
  request: {
    topic: text(),
    queueId: int32(),
    committed: boolean({ default: true }),
    bname: optional(text()),
  },
  response: {
    offset: int64(),
  },
})
