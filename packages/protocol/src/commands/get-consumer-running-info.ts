import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, text } from '../command/field.js'

/**
 * What a consumer is doing, passed on by the broker; the body is ConsumerRunningInfo. Apache:
 * GetConsumerRunningInfoRequestHeader.
 */
export const getConsumerRunningInfo = defineCommand({
  code: RequestCode.GET_CONSUMER_RUNNING_INFO,
  request: {
    consumerGroup: text(),
    clientId: text(),
    jstackEnable: boolean({ default: false }),
  },
})
