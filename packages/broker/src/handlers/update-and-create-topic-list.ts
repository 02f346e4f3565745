import { decodeCreateTopicListRequestBody, type updateAndCreateTopicList } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { topicAfter } from '../admin/topic-change.js'
import type { TopicTable } from '../topics/topic-table.js'

/** Creates or changes all of the topics or, when one is refused, none. Apache: updateAndCreateTopicList. */
export function updateAndCreateTopicListHandler({
  topics,
}: {
  topics: TopicTable
}): HandlerOf<typeof updateAndCreateTopicList> {
  return async ({ body }) => {
    const { topicConfigList } = decodeCreateTopicListRequestBody(body)
    const changed = topicConfigList.flatMap((asked) => topicAfter(topics, asked) ?? [])
    if (changed.length > 0) await topics.put(changed)
    return {}
  }
}
