import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * A consumer failed on a message: deliver it again later through the retry topic. `delayLevel` 0 lets the broker
 * choose, a negative one means the dead-letter topic at once. Apache: ConsumerSendMsgBackRequestHeader.
 */
export const consumerSendMsgBack = defineCommand({
  code: RequestCode.CONSUMER_SEND_MSG_BACK,
  request: {
    offset: int64(),
    group: text(),
    delayLevel: int32(),
    originMsgId: optional(text()),
    originTopic: optional(text()),
    unitMode: boolean({ default: false }),
    maxReconsumeTimes: optional(int32()),
    bname: optional(text()),
  },
})
