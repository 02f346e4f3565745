import { deadLetterTopicOf } from '@rocketeer/protocol'
import type { Destination } from '../messages/destination.js'
import type { TopicTable } from '../tables/topic-table.js'

/** Apache: AbstractSendMessageProcessor.DLQ_NUMS_PER_GROUP. */
const DLQ_QUEUES = 1

/** The queue for messages that a group has failed on too often; makes its topic when it does not exist. */
export async function deadLetterDestination(topics: TopicTable, group: string): Promise<Destination> {
  const topic = deadLetterTopicOf(group)
  await topics.ensureTopic(topic, DLQ_QUEUES)
  return { topic, queueId: 0 }
}
