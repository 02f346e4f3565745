import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * Removes a topic from the nameserver's table, of one cluster or of all. Apache:
 * DeleteTopicFromNamesrvRequestHeader.
 */
export const deleteTopicInNamesrv = defineCommand({
  code: RequestCode.DELETE_TOPIC_IN_NAMESRV,
  request: {
    topic: text(),
    clusterName: optional(text()),
  },
})
