import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/**
 * Store times of what a group has consumed and has not; the body is a QueryConsumeTimeSpanBody. Apache:
 * QueryConsumeTimeSpanRequestHeader.
 */
export const queryConsumeTimeSpan = defineCommand({
  code: RequestCode.QUERY_CONSUME_TIME_SPAN,
  request: {
    topic: text(),
    group: text(),
  },
})
