import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** Adds a topic to the nameserver's table; the body is TopicRouteData. Apache: RegisterTopicRequestHeader. */
export const registerTopicInNamesrv = defineCommand({
  code: RequestCode.REGISTER_TOPIC_IN_NAMESRV,
  request: {
    topic: text(),
  },
})
