import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/**
 * The offset of the oldest message a queue still has. Apache: GetMinOffsetRequestHeader,
 * GetMinOffsetResponseHeader.
 */
export const getMinOffset = defineCommand({
  code: RequestCode.GET_MIN_OFFSET,
  request: {
    topic: text(),
    queueId: int32(),
    bname: optional(text()),
  },
  response: {
    offset: int64(),
  },
})
