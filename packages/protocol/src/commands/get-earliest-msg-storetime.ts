import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/**
 * When the oldest message of a queue was stored. Apache: GetEarliestMsgStoretimeRequestHeader,
 * GetEarliestMsgStoretimeResponseHeader.
 */
export const getEarliestMsgStoretime = defineCommand({
  code: RequestCode.GET_EARLIEST_MSG_STORETIME,
  request: {
    topic: text(),
    queueId: int32(),
    bname: optional(text()),
  },
  response: {
    timestamp: int64(),
  },
})
