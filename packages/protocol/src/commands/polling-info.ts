import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, optional, text } from '../command/field.js'

/** How many requests wait at a queue for messages. Apache: PollingInfoRequestHeader, PollingInfoResponseHeader. */
export const pollingInfo = defineCommand({
  code: RequestCode.POLLING_INFO,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    bname: optional(text()),
  },
  response: {
    pollingNum: int32(),
  },
})
