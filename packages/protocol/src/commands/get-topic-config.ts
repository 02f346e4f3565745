import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, optional, text } from '../command/field.js'

/** One topic's configuration; the body is a TopicConfigAndQueueMapping. Apache: GetTopicConfigRequestHeader. */
export const getTopicConfig = defineCommand({
  code: RequestCode.GET_TOPIC_CONFIG,
  request: {
    topic: text(),
    lo: optional(boolean()),
  },
})
