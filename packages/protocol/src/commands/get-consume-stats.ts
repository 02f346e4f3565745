import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * How far a group is behind in each queue, of one topic, of several (`topicList`, parted by `;`) or of all; the
 * body is ConsumeStats. Apache: GetConsumeStatsRequestHeader.
 */
export const getConsumeStats = defineCommand({
  code: RequestCode.GET_CONSUME_STATS,
  request: {
    consumerGroup: text(),
    topic: optional(text()),
    topicList: optional(text()),
  },
})
