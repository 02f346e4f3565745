import { dlqTopicOf } from '../topics/names.js'
import { Perm } from '../topics/topic-config.js'
import type { TopicTable } from '../topics/topic-table.js'

/** Apache: AbstractSendMessageProcessor.DLQ_NUMS_PER_GROUP. */
const DLQ_QUEUES = 1

/** Where a message ends that a group has failed on too often; the topic is made when it is needed first. */
export async function deadLetterPlace(
  topics: TopicTable,
  group: string,
): Promise<{ topic: string; queueId: number }> {
  const topic = dlqTopicOf(group)
  await topics.createInSendBack(topic, DLQ_QUEUES, Perm.READ | Perm.WRITE)
  return { topic, queueId: 0 }
}
