import { decodeProperties, messageTypeOf, PropertyName, withoutProperty } from '@rocketeer/protocol/record'

interface Place {
  readonly queueId: number
  readonly properties?: string | undefined
}

/**
 * The priority is the queue: the highest ones share the last. A message that is delayed, ordered or half of a
 * transaction besides loses its priority, whatever its topic is declared for. Apache: SendMessageProcessor.sendMessage.
 */
export function byPriority(fields: Place, priority: number, writeQueues: number): Place {
  const { queueId, properties = '' } = fields
  if (messageTypeOf(decodeProperties(properties)) === 'PRIORITY')
    return { queueId: Math.min(priority, writeQueues - 1), properties }
  return { queueId, properties: withoutProperty(properties, PropertyName.PRIORITY) }
}
