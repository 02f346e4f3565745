import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** The topics of one cluster; the body is a TopicList. Apache: GetTopicsByClusterRequestHeader. */
export const getTopicsByCluster = defineCommand({
  code: RequestCode.GET_TOPICS_BY_CLUSTER,
  request: {
    cluster: text(),
  },
})
