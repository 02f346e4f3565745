import { popRetryTopicOf } from '@rocketeer/protocol'
import type { deleteTopicInBroker } from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import type { TopicTable } from '../tables/topic-table.js'
import { checkTopicName } from './topic-change.js'

export interface DeleteTopicNeeds {
  readonly topics: TopicTable
  readonly offsets: ConsumerOffsets
  readonly store: MessageStore
  readonly stats: BrokerStats
}

/**
 * Deletes a topic with its queues and offsets, and the retry topics of groups that popped it; the messages stay in the
 * commit log until they expire. Apache: AdminBrokerProcessor.deleteTopic.
 */
export function deleteTopicHandler(needs: DeleteTopicNeeds): HandlerOf<typeof deleteTopicInBroker> {
  const { topics, offsets, store, stats } = needs
  return async ({ fields: { topic } }) => {
    checkTopicName(topics, topic)
    const deleted = [
      topic,
      ...popRetryTopics(topic, offsets.groupsOf(topic)).filter((each) => topics.has(each)),
    ]
    await topics.delete(deleted)
    for (const each of deleted) offsets.removeTopic(each)
    stats.onTopicsDeleted(deleted)
    await store.deleteTopics(topicsWithout(store, deleted))
    return {}
  }
}

function popRetryTopics(topic: string, groups: readonly string[]): string[] {
  return groups.flatMap((group) => [popRetryTopicOf(topic, group, 1), popRetryTopicOf(topic, group, 2)])
}

function topicsWithout(store: MessageStore, deleted: readonly string[]): Set<string> {
  const keep = new Set<string>()
  for (const { topic } of store.queues()) if (!deleted.includes(topic)) keep.add(topic)
  return keep
}
