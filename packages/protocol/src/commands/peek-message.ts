import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/**
 * Looks at the next messages of a queue without taking them. Apache: PeekMessageRequestHeader,
 * PopMessageResponseHeader.
 */
export const peekMessage = defineCommand({
  code: RequestCode.PEEK_MESSAGE,
  request: {
    topic: text(),
    queueId: int32(),
    maxMsgNums: int32(),
    consumerGroup: text(),
    bname: optional(text()),
  },
  response: {
    popTime: int64(),
    invisibleTime: int64(),
    reviveQid: int32(),
    restNum: int64(),
    startOffsetInfo: optional(text()),
    msgOffsetInfo: optional(text()),
    orderCountInfo: optional(text()),
  },
})
