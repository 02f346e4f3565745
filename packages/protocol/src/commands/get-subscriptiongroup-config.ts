import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/**
 * One group's configuration; the body is a SubscriptionGroupConfig. Apache:
 * GetSubscriptionGroupConfigRequestHeader.
 */
export const getSubscriptiongroupConfig = defineCommand({
  code: RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG,
  request: {
    group: text(),
  },
})
