import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Creates a consumer group or changes it. Apache: SubscriptionGroupConfig (body). */
export const updateAndCreateSubscriptiongroup = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
})
