import { decodeCreateTopicListRequestBody, type updateAndCreateTopicList } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { type TopicChangeNeeds, topicAfter } from '../admin/topic-change.js'

/** Creates or changes all of the topics or, when one is refused, none. Apache: updateAndCreateTopicList. */
export function updateAndCreateTopicListHandler(
  needs: TopicChangeNeeds,
): HandlerOf<typeof updateAndCreateTopicList> {
  return async ({ body }) => {
    const { topicConfigList } = decodeCreateTopicListRequestBody(body)
    const changed = topicConfigList.flatMap((asked) => topicAfter(needs, asked) ?? [])
    if (changed.length > 0) await needs.topics.put(changed)
    return {}
  }
}
