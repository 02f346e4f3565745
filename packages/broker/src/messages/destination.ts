import { findProperty, type MessageProperties, PropertyName } from '@rocketeer/protocol/record'

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

/** The destination that encoded properties name; undefined when they name none. */
export function destinationOf(properties: string): Destination | undefined {
  const topic = findProperty(properties, PropertyName.REAL_TOPIC)
  const queueId = findProperty(properties, PropertyName.REAL_QUEUE_ID)
  if (!topic || queueId === undefined || !/^\d{1,15}$/.test(queueId)) return undefined
  return { topic, queueId: Number(queueId) }
}

/** A queue for a message whose queue is left open; `random`: as `Math.random`. */
export function randomQueue(queues: number, random: () => number): number {
  return Math.floor(random() * queues)
}
