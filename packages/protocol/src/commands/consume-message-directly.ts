import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, optional, text } from '../command/field.js'

/**
 * Has one consumer handle one message now, passed on by the broker; the body is a ConsumeMessageDirectlyResult.
 * Apache: ConsumeMessageDirectlyResultRequestHeader.
 */
export const consumeMessageDirectly = defineCommand({
  code: RequestCode.CONSUME_MESSAGE_DIRECTLY,
  request: {
    consumerGroup: text(),
    clientId: optional(text()),
    msgId: optional(text()),
    brokerName: optional(text()),
    topic: optional(text()),
    topicSysFlag: optional(int32()),
    groupSysFlag: optional(int32()),
  },
})
