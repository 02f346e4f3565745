import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/**
 * Master and slaves of one broker name; the body is a GetBrokerMemberGroupResponseBody. Apache:
 * GetBrokerMemberGroupRequestHeader.
 */
export const getBrokerMemberGroup = defineCommand({
  code: RequestCode.GET_BROKER_MEMBER_GROUP,
  request: {
    clusterName: text(),
    brokerName: text(),
  },
})
