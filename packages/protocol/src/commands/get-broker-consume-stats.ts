import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean } from '../command/field.js'

/** ConsumeStats of every group of a broker; the body is a ConsumeStatsList. Apache: GetConsumeStatsInBrokerHeader. */
export const getBrokerConsumeStats = defineCommand({
  code: RequestCode.GET_BROKER_CONSUME_STATS,
  request: {
    isOrder: boolean(),
  },
})
