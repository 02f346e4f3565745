import { deadLetterTopicOf, Permission } from '@rocketeer/protocol'
import type { TopicTable } from '../tables/topic-table.js'

/** Apache: AbstractSendMessageProcessor.DLQ_NUMS_PER_GROUP. */
const DLQ_QUEUES = 1

/** Where a message ends that a group has failed on too often; the topic is made when it is needed first. */
export async function deadLetterPlace(
  topics: TopicTable,
  group: string,
): Promise<{ topic: string; queueId: number }> {
  const topic = deadLetterTopicOf(group)
  await topics.createInSendBack(topic, DLQ_QUEUES, Permission.READ | Permission.WRITE)
  return { topic, queueId: 0 }
}
