import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, optional, text } from '../command/field.js'

/**
 * Where a topic's queues are; the body is TopicRouteData, in standard JSON only when asked for. Apache:
 * GetRouteInfoRequestHeader.
 */
export const getRouteinfoByTopic = defineCommand({
  code: RequestCode.GET_ROUTEINFO_BY_TOPIC,
  request: {
    topic: text(),
    acceptStandardJsonOnly: optional(boolean()),
  },
})
