import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * A slave copies the counts of messages delayed to a timestamp. Apache: TimerMetrics.TimerMetricsSerializeWrapper
 * (response body).
 */
export const getTimerMetrics = defineCommand({
  code: RequestCode.GET_TIMER_METRICS,
})
