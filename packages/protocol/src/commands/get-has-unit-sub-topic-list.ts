import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Topics that a unit has subscribed. Apache: TopicList (response body). */
export const getHasUnitSubTopicList = defineCommand({
  code: RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST,
})
