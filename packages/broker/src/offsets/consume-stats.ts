import {
  ConsumeStats,
  ConsumeStatsList,
  type getBrokerConsumeStats,
  type getConsumeStats,
} from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import {
  type ConsumeProgressNeeds,
  consumedTopics,
  consumeStatsOf,
  totalDiff,
  totalInflight,
} from './consume-progress.js'

export interface GroupStatsNeeds extends ConsumeProgressNeeds {
  readonly checkPoints: { openMessagesOf(group: string): number }
}

export interface ConsumeStatsNeeds extends ConsumeProgressNeeds {
  readonly groups: SubscriptionGroupTable
  /** `host:port` that clients are told to use; known once the broker listens. */
  readonly address: () => string
}

/** How far a group is behind. Apache: AdminBrokerProcessor.getConsumeStats. */
export function consumeStatsHandler(needs: GroupStatsNeeds): HandlerOf<typeof getConsumeStats> {
  return async ({ fields: { consumerGroup, topic, topicList } }) => {
    const listed = (topicList ?? '').split(';').filter((each) => each !== '')
    const topics = listed.length > 0 ? new Set(listed) : consumedTopics(needs, consumerGroup, topic)
    const body = ConsumeStats.encode(await consumeStatsOf(needs, consumerGroup, topics))
    // Popped messages are behind the group's offset already; Apache's tools do not read this field.
    return { body, fields: { popped: needs.checkPoints.openMessagesOf(consumerGroup) } }
  }
}

/** How far every group is behind, per topic. Apache: AdminBrokerProcessor.fetchAllConsumeStatsInBroker. */
export function brokerConsumeStatsHandler(needs: ConsumeStatsNeeds): HandlerOf<typeof getBrokerConsumeStats> {
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
    return { body: ConsumeStatsList.encode(list) }
  }
}
