import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Topics with the unit flag. Apache: TopicList (response body). */
export const getUnitTopicList = defineCommand({
  code: RequestCode.GET_UNIT_TOPIC_LIST,
})
