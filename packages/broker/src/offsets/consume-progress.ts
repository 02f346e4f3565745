import type { ConsumeStats, OffsetWrapper } from '@rocketeer/protocol/commands'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import { storeTimestampAt } from '../messages/queue-records.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { ConsumerOffsets, GroupQueue } from '../tables/consumer-offsets.js'
import type { TopicTable } from '../tables/topic-table.js'

export interface ConsumeProgressNeeds {
  readonly config: LiveConfig
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly consumers: ConsumerRegistry
  readonly offsets: ConsumerOffsets
  readonly stats: BrokerStats
}

/** `topic`, or all topics a group has offsets of; without those its connected members do not subscribe to. */
export function consumedTopics(needs: ConsumeProgressNeeds, group: string, topic?: string): string[] {
  const topics = topic ? [topic] : needs.offsets.topicsOf(group)
  const subscriptions = needs.consumers.get(group)?.subscriptions
  if (subscriptions === undefined || subscriptions.size === 0) return topics
  return topics.filter((each) => subscriptions.has(each))
}

/** How far a group is in every queue of the topics that exist. Apache: AdminBrokerProcessor.getConsumeStats. */
export async function consumeStatsOf(
  needs: ConsumeProgressNeeds,
  group: string,
  topics: Iterable<string>,
): Promise<ConsumeStats> {
  const stats: ConsumeStats = { offsetTable: [], consumeTps: 0 }
  const { brokerName } = needs.config.current
  for (const topic of topics) {
    const queues = needs.topics.get(topic)?.readQueueNums ?? 0
    for (let queueId = 0; queueId < queues; queueId++) {
      stats.offsetTable.push([
        { topic, brokerName, queueId },
        await queueProgress(needs, { group, topic, queueId }),
      ])
    }
    stats.consumeTps += needs.stats.groupGetTps(group, topic)
  }
  return stats
}

async function queueProgress(
  { store, offsets }: ConsumeProgressNeeds,
  queue: GroupQueue,
): Promise<OffsetWrapper> {
  const { topic, queueId } = queue
  // Before the first message there is nothing to consume, whatever the group has committed.
  const consumerOffset = Math.max(store.minOffset(topic, queueId), offsets.query(queue))
  const lastTimestamp =
    consumerOffset > 0 ? await storeTimestampAt(store, { topic, queueId, offset: consumerOffset - 1 }) : 0
  return {
    brokerOffset: Math.max(0, store.maxOffset(topic, queueId)),
    consumerOffset,
    pullOffset: Math.max(consumerOffset, offsets.queryPulled(queue)),
    lastTimestamp: Math.max(0, lastTimestamp),
  }
}

export function totalDiff({ offsetTable }: ConsumeStats): number {
  return offsetTable.reduce((sum, [, queue]) => sum + queue.brokerOffset - queue.consumerOffset, 0)
}

export function totalInflight({ offsetTable }: ConsumeStats): number {
  return offsetTable.reduce((sum, [, queue]) => sum + queue.pullOffset - queue.consumerOffset, 0)
}
