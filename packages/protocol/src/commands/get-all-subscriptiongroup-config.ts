import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, optional, text } from '../command/field.js'

/**
 * All groups of a broker in pages of `maxGroupNum` from `groupSeq` on (peers before 5.4 send no fields and mean
 * all); the body is a SubscriptionGroupWrapper. Apache: GetAllSubscriptionGroupRequestHeader,
 * GetAllSubscriptionGroupResponseHeader.
 */
export const getAllSubscriptiongroupConfig = defineCommand({
  code: RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG,
  request: {
    groupSeq: optional(int32()),
    dataVersion: optional(text()),
    maxGroupNum: optional(int32()),
  },
  response: {
    totalGroupNum: optional(int32()),
  },
})
