import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * What a group subscribes of a topic; the body is a QuerySubscriptionResponseBody. Apache:
 * QuerySubscriptionByConsumerRequestHeader.
 */
export const querySubscriptionByConsumer = defineCommand({
  code: RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER,
  request: {
    group: text(),
    topic: optional(text()),
  },
})
