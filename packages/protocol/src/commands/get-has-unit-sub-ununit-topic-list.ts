import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Topics without the unit flag that a unit has subscribed. Apache: TopicList (response body). */
export const getHasUnitSubUnunitTopicList = defineCommand({
  code: RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST,
})
