import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** The topics a broker needs for itself. Apache: TopicList (response body). */
export const getSystemTopicListFromBroker = defineCommand({
  code: RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER,
})
