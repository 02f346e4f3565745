import { type getTopicStatsInfo, TopicStatsTable } from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import { existingTopic } from '../access/access.js'
import { storeTimestampAt } from '../messages/queue-records.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { TopicTable } from '../tables/topic-table.js'

export interface TopicStatsNeeds {
  readonly config: LiveConfig
  readonly topics: TopicTable
  readonly store: MessageStore
  readonly stats: BrokerStats
}

/** Offsets of each queue and when its last message was stored. Apache: AdminBrokerProcessor.getTopicStatsInfo. */
export function topicStatsHandler(needs: TopicStatsNeeds): HandlerOf<typeof getTopicStatsInfo> {
  const { config, topics, store, stats } = needs
  return async ({ fields: { topic } }) => {
    const topicConfig = existingTopic(topics, topic, 'administer')
    const { brokerName } = config.current
    const offsetTable: TopicStatsTable['offsetTable'] = []
    const queues = Math.max(topicConfig.readQueueNums, topicConfig.writeQueueNums)
    for (let queueId = 0; queueId < queues; queueId++) {
      const maxOffset = Math.max(0, store.maxOffset(topic, queueId))
      const lastUpdateTimestamp =
        maxOffset > 0 ? await storeTimestampAt(store, { topic, queueId, offset: maxOffset - 1 }) : 0
      const minOffset = Math.max(0, store.minOffset(topic, queueId))
      offsetTable.push([
        { topic, brokerName, queueId },
        { minOffset, maxOffset, lastUpdateTimestamp },
      ])
    }
    return { body: TopicStatsTable.encode({ offsetTable, topicPutTps: stats.topicPutTps(topic) }) }
  }
}
