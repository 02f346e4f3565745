import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * The broker asks a consumer for the offsets it holds in memory; the body is a GetConsumerStatusBody. Apache:
 * GetConsumerStatusRequestHeader.
 */
export const getConsumerStatusFromClient = defineCommand({
  code: RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT,
  request: {
    topic: text(),
    group: text(),
    clientAddr: optional(text()),
  },
})
