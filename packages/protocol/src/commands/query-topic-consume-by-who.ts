import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** The groups that consume a topic; the body is a GroupList. Apache: QueryTopicConsumeByWhoRequestHeader. */
export const queryTopicConsumeByWho = defineCommand({
  code: RequestCode.QUERY_TOPIC_CONSUME_BY_WHO,
  request: {
    topic: text(),
  },
})
