import type { updateAndCreateTopic } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { parseAttributeChanges } from '../admin/attributes.js'
import { type TopicChangeNeeds, topicAfter } from '../admin/topic-change.js'

/** Creates or changes a topic; answers when topics.json has it. Apache: AdminBrokerProcessor.updateAndCreateTopic. */
export function updateAndCreateTopicHandler(needs: TopicChangeNeeds): HandlerOf<typeof updateAndCreateTopic> {
  return async ({ fields }) => {
    const after = topicAfter(needs, {
      topicName: fields.topic,
      readQueueNums: fields.readQueueNums,
      writeQueueNums: fields.writeQueueNums,
      perm: fields.perm,
      topicFilterType: fields.topicFilterType,
      topicSysFlag: fields.topicSysFlag ?? 0,
      order: fields.order,
      attributes: parseAttributeChanges(fields.attributes),
    })
    if (after) await needs.topics.put([after])
    return {}
  }
}
