import {
  type ConsumeStats,
  type ConsumeStatsList,
  encodeConsumeStatsList,
  type getBrokerConsumeStats,
} from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import {
  type ConsumeProgressNeeds,
  consumedTopics,
  consumeStatsOf,
  totalDiff,
  totalInflight,
} from '../admin/consume-progress.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'

/** How far every group is behind, per topic. Apache: AdminBrokerProcessor.fetchAllConsumeStatsInBroker. */
export function getBrokerConsumeStatsHandler(
  needs: ConsumeProgressNeeds & { groups: SubscriptionGroupTable; address: () => string },
): HandlerOf<typeof getBrokerConsumeStats> {
  return async ({ fields: { isOrder } }) => {
    const list: ConsumeStatsList = {
      brokerAddr: needs.address(),
      consumeStatsList: [],
      totalDiff: 0,
      totalInflightDiff: 0,
    }
    for (const group of [...needs.groups.all().keys()]) {
      const ofGroup: ConsumeStats[] = []
      for (const topic of consumedTopics(needs, group)) {
        const config = needs.topics.get(topic)
        if (!config || (isOrder && !config.order)) continue
        const stats = await consumeStatsOf(needs, group, [topic])
        list.totalDiff += totalDiff(stats)
        list.totalInflightDiff += totalInflight(stats)
        ofGroup.push(stats)
      }
      list.consumeStatsList.push(new Map([[group, ofGroup]]))
    }
    return { body: encodeConsumeStatsList(list) }
  }
}
