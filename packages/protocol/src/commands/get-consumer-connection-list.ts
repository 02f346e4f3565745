import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** Who is in a consumer group; the body is a ConsumerConnection. Apache: GetConsumerConnectionListRequestHeader. */
export const getConsumerConnectionList = defineCommand({
  code: RequestCode.GET_CONSUMER_CONNECTION_LIST,
  request: {
    consumerGroup: text(),
  },
})
