import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Creates or changes several consumer groups. Apache: SubscriptionGroupList (body). */
export const updateAndCreateSubscriptiongroupList = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST,
})
