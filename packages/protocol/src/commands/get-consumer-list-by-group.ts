import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * Client ids of a group, for rebalance; the body is a GetConsumerListByGroupResponseBody. Apache:
 * GetConsumerListByGroupRequestHeader.
 */
export const getConsumerListByGroup = defineCommand({
  code: RequestCode.GET_CONSUMER_LIST_BY_GROUP,
  request: {
    consumerGroup: text(),
    bname: optional(text()),
  },
})
