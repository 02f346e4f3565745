import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * Moves the time at which a message taken by POP_MESSAGE becomes visible again. Apache:
 * ChangeInvisibleTimeRequestHeader, ChangeInvisibleTimeResponseHeader.
 */
export const changeMessageInvisibletime = defineCommand({
  code: RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    extraInfo: text(),
    offset: int64(),
    invisibleTime: int64(),
    liteTopic: optional(text()),
    suspend: boolean({ default: false }),
    bname: optional(text()),
  },
  response: {
    popTime: int64(),
    invisibleTime: int64(),
    reviveQid: int32(),
  },
})
