import type { cleanUnusedTopic } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { AdminStore } from '../admin/admin-store.js'
import type { TopicTable } from '../topics/topic-table.js'

/** Deletes the queues of topics that no longer exist. Apache: AdminBrokerProcessor.cleanUnusedTopic. */
export function cleanUnusedTopicHandler({
  topics,
  store,
}: {
  topics: TopicTable
  store: AdminStore
}): HandlerOf<typeof cleanUnusedTopic> {
  return async () => {
    await store.deleteTopics(new Set(topics.all().keys()))
    return {}
  }
}
