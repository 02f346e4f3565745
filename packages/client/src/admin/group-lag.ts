import type { MessageQueue } from '../routing/message-queue.js'

/** How far a group is in one queue. */
export interface QueueProgress {
  queue: MessageQueue
  /** One more than the offset of the last message. */
  brokerOffset: number
  /** The next one to consume. */
  consumerOffset: number
  /** Messages between the two. */
  lag: number
  /** When the last consumed message was stored, milliseconds since the epoch; 0 when none was. */
  lastTimestamp: number
}

/** How far a group is behind in one topic. */
export interface TopicLag {
  group: string
  topic: string
  /** How many queues the group has consumed from. */
  queues: number
  /** Messages that wait in all queues together. */
  lag: number
  /** Messages that wait in the queue that is furthest behind. */
  lagMax: number
  /** Clients that are in the group now. */
  members: number
}

/** One row for each topic, in the order of the queues. */
export function lagsIn(group: string, progress: readonly QueueProgress[], members: number): TopicLag[] {
  const lags = new Map<string, TopicLag>()
  for (const { queue, lag } of progress) {
    const { topic } = queue
    const sum = lags.get(topic) ?? { group, topic, queues: 0, lag: 0, lagMax: 0, members }
    sum.queues++
    sum.lag += lag
    sum.lagMax = Math.max(sum.lagMax, lag)
    lags.set(topic, sum)
  }
  return [...lags.values()]
}
