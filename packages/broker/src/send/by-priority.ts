import { decodeProperties, messageTypeOf, PropertyName, withoutProperty } from '@rocketeer/protocol/record'
import type { SendFields } from './send-request.js'

type QueueAndProperties = Pick<SendFields, 'queueId' | 'properties'>

/**
 * The priority of a message is its queue; the highest priorities share the last one. A message that is delayed, ordered or
 * half of a transaction as well loses its priority, whatever its topic is declared for. Apache: SendMessageProcessor.sendMessage.
 */
export function byPriority(
  fields: QueueAndProperties,
  priority: number,
  writeQueues: number,
): QueueAndProperties {
  const { queueId, properties = '' } = fields
  if (messageTypeOf(decodeProperties(properties)) === 'PRIORITY')
    return { queueId: Math.min(priority, writeQueues - 1), properties }
  return { queueId, properties: withoutProperty(properties, PropertyName.PRIORITY) }
}
