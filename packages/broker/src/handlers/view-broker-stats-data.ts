import { encodeBrokerStatsData, ResponseCode, type viewBrokerStatsData } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { BrokerStats } from '../stats/broker-stats.js'

/** One counter over the last minute, hour and day. Apache: AdminBrokerProcessor.ViewBrokerStatsData. */
export function viewBrokerStatsDataHandler({
  stats,
}: {
  stats: BrokerStats
}): HandlerOf<typeof viewBrokerStatsData> {
  return ({ fields: { statsName, statsKey } }) => {
    const data = stats.view(statsName, statsKey)
    if (data) return { body: encodeBrokerStatsData(data) }
    return { code: ResponseCode.SYSTEM_ERROR, remark: `The stats <${statsName}> <${statsKey}> not exist` }
  }
}
