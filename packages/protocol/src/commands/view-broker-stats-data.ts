import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** One counter of the broker; the body is BrokerStatsData. Apache: ViewBrokerStatsDataRequestHeader. */
export const viewBrokerStatsData = defineCommand({
  code: RequestCode.VIEW_BROKER_STATS_DATA,
  request: {
    statsName: text(),
    statsKey: text(),
  },
})
