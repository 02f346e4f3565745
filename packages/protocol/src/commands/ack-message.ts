import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/** Acknowledges one message taken by POP_MESSAGE; `extraInfo` is its handle. Apache: AckMessageRequestHeader. */
export const ackMessage = defineCommand({
  code: RequestCode.ACK_MESSAGE,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    extraInfo: text(),
    offset: int64(),
    liteTopic: optional(text()),
    bname: optional(text()),
  },
})
