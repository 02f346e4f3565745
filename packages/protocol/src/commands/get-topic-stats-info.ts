import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/**
 * Offsets of a topic's queues at one broker; the body is a TopicStatsTable. Apache:
 * GetTopicStatsInfoRequestHeader.
 */
export const getTopicStatsInfo = defineCommand({
  code: RequestCode.GET_TOPIC_STATS_INFO,
  request: {
    topic: text(),
  },
})
