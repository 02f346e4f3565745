import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * Takes messages of a queue (or of all, -1) without owning it; they are invisible until acknowledged or
 * `invisibleTime` passes. Apache: PopMessageRequestHeader, PopMessageResponseHeader.
 */
export const popMessage = defineCommand({
  code: RequestCode.POP_MESSAGE,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    maxMsgNums: int32(),
    invisibleTime: int64(),
    pollTime: int64(),
    bornTime: int64(),
    initMode: int32(),
    expType: optional(text()),
    exp: optional(text()),
    order: boolean({ default: false }),
    attemptId: optional(text()),
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
