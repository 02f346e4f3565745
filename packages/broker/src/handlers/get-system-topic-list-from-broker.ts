import { encodeTopicList, type getSystemTopicListFromBroker } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { TopicTable } from '../topics/topic-table.js'

/** Apache: AdminBrokerProcessor.getSystemTopicListFromBroker. */
export function getSystemTopicListFromBrokerHandler({
  topics,
}: {
  topics: TopicTable
}): HandlerOf<typeof getSystemTopicListFromBroker> {
  return () => ({ body: encodeTopicList({ topicList: topics.systemTopicNames() }) })
}
