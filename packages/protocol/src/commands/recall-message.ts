import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * Cancels a message that is delayed to a timestamp, by the handle its send was answered with. Apache:
 * RecallMessageRequestHeader, RecallMessageResponseHeader.
 */
export const recallMessage = defineCommand({
  code: RequestCode.RECALL_MESSAGE,
  request: {
    producerGroup: optional(text()),
    topic: text(),
    recallHandle: text(),
    bname: optional(text()),
  },
  response: {
    msgId: text(),
    /** Where the client should trace it. */
    region: optional(text({ wire: 'MSG_REGION' })),
  },
})
