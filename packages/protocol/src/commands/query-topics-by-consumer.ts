import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** The topics a group has offsets of; the body is a TopicList. Apache: QueryTopicsByConsumerRequestHeader. */
export const queryTopicsByConsumer = defineCommand({
  code: RequestCode.QUERY_TOPICS_BY_CONSUMER,
  request: {
    group: text(),
  },
})
