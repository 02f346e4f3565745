import { type MessageProperties, PropertyName } from '@rocketeer/protocol/record'

/** The queue a message belongs in. */
export interface Destination {
  readonly topic: string
  readonly queueId: number
}

/**
 * Notes where a message belongs that waits in a topic of the broker: for its delay, its time, its transaction's end.
 * Apache: REAL_TOPIC, REAL_QID.
 */
export function noteDestination(properties: MessageProperties, { topic, queueId }: Destination): void {
  properties[PropertyName.REAL_TOPIC] = topic
  properties[PropertyName.REAL_QUEUE_ID] = String(queueId)
}

/** Undefined when the properties do not name one. */
export function destinationOf(properties: Readonly<MessageProperties>): Destination | undefined {
  const topic = properties[PropertyName.REAL_TOPIC]
  const queueId = properties[PropertyName.REAL_QUEUE_ID]
  if (!topic || queueId === undefined || !/^\d{1,15}$/.test(queueId)) return undefined
  return { topic, queueId: Number(queueId) }
}
