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
 * commit log until they expire. A topic made again under the name goes on with the queue offsets, so that nobody takes the
 * offsets of the deleted one for its own. Apache: AdminBrokerProcessor.deleteTopic, which begins at 0 again.
 */
export function deleteTopicHandler(needs: DeleteTopicNeeds): HandlerOf<typeof deleteTopicInBroker> {
  const { topics, offsets, store, stats } = needs
  return async ({ fields: { topic } }) => {
    checkTopicName(topics, topic)
    const deleted = [
      topic,
      ...popRetryTopics(topic, offsets.groupsOf(topic)).filter((each) => topics.has(each)),
    ]
    // First the queues, with what tells a topic made again where to begin: a kill in between leaves an empty topic.
    await store.deleteTopics(deleted)
    await topics.delete(deleted)
    for (const each of deleted) offsets.removeTopic(each)
    stats.onTopicsDeleted(deleted)
    // What was sent meanwhile.
    await store.deleteTopics(deleted)
    return {}
  }
}

function popRetryTopics(topic: string, groups: readonly string[]): string[] {
  return groups.flatMap((group) => [popRetryTopicOf(topic, group, 1), popRetryTopicOf(topic, group, 2)])
}
