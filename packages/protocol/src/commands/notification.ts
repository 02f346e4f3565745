import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * Waits until a group has something to take from a queue. Apache: NotificationRequestHeader,
 * NotificationResponseHeader.
 */
export const notification = defineCommand({
  code: RequestCode.NOTIFICATION,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    pollTime: int64(),
    bornTime: int64(),
    order: boolean({ default: false }),
    attemptId: optional(text()),
    expType: optional(text()),
    exp: optional(text()),
    bname: optional(text()),
  },
  response: {
    hasMsg: boolean(),
    pollingFull: boolean({ default: false }),
  },
})
