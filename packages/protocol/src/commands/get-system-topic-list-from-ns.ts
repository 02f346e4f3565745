import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Cluster and broker names, which are topics of their own, and one broker address. Apache: TopicList (response
 * body).
 */
export const getSystemTopicListFromNs = defineCommand({
  code: RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS,
})
