import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Creates or changes several topics; everything is in the body. Apache: CreateTopicListRequestHeader,
 * CreateTopicListRequestBody.
 */
export const updateAndCreateTopicList = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_TOPIC_LIST,
})
