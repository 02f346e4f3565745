import { encodeTopicConfigAndQueueMapping, type getTopicConfig } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { brokerErrors } from '../errors.js'
import type { TopicTable } from '../topics/topic-table.js'

/** Apache: AdminBrokerProcessor.getTopicConfig. */
export function getTopicConfigHandler({ topics }: { topics: TopicTable }): HandlerOf<typeof getTopicConfig> {
  return ({ fields: { topic } }) => {
    const config = topics.get(topic)
    if (!config) throw brokerErrors.TOPIC_NOT_EXIST({ topic })
    return { body: encodeTopicConfigAndQueueMapping(config) }
  }
}
