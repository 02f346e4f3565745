import { parseOptions, z } from '@rocketeer/foundation'
import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import { type Allocate, allocateAverage } from './allocation.js'

const configSchema = z.strictObject({
  queues: z
    .array(z.strictObject({ topic: z.string(), brokerName: z.string(), queueId: z.int().min(0) }))
    .min(1),
})

/**
 * Gives this member exactly the queues listed, as far as they exist, whoever else is in the group. Together the
 * members' lists must name every queue once: one that is missing is not read, one listed twice is read twice. The
 * queues of the retry topic, where none of them is listed, are shared by all members. Throws `OPTION_INVALID`. Apache:
 * AllocateMessageQueueByConfig, which leaves such retries unread.
 */
export function allocateByConfig(options: { queues: readonly MessageQueue[] }): Allocate {
  const { queues: listed } = parseOptions(configSchema, options, 'allocateByConfig')
  const keys = new Set(listed.map(queueKey))
  const topics = new Set(listed.map(({ topic }) => topic))
  return (queues, clientIds, clientId, group) => {
    const topic = queues[0]?.topic
    const unlistedRetries = topic?.startsWith(RETRY_TOPIC_PREFIX) && !topics.has(topic)
    if (unlistedRetries) return allocateAverage(queues, clientIds, clientId, group)
    return queues.filter((queue) => keys.has(queueKey(queue)))
  }
}
