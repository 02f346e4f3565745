import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** The names of all topics. Apache: TopicList (response body). */
export const getAllTopicListFromNameserver = defineCommand({
  code: RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER,
})
