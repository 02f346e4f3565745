import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * Asks the broker for the offsets its consumers hold in memory; the body is a GetConsumerStatusBody. Apache:
 * GetConsumerStatusRequestHeader.
 */
export const invokeBrokerToGetConsumerStatus = defineCommand({
  code: RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS,
  request: {
    topic: text(),
    group: text(),
    clientAddr: optional(text()),
  },
})
