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

/** Messages that a group failed on and gets again. */
export interface GroupRetries {
  /** In the group's retry topics, to be consumed. */
  ready: number
  /** Waiting for their time, in delay levels or as timer messages. */
  delayed: number
  /**
   * True when a broker's delay levels hold too many messages to look at each (more than 10,000, or 64 MiB of them):
   * `delayed` is the least there is.
   */
  partial: boolean
}

/** Messages whose retries are used up; they lie in `%DLQ%group`. */
export interface GroupDeadLetters {
  /** Those that no replay gave to the group again. */
  messages: number
  /** All that are kept. */
  stored: number
  /** When the oldest of `messages` became a dead letter, milliseconds since the epoch; undefined without one. */
  since: number | undefined
}

/** What a group has yet to do, besides the messages that wait in the queues of its topics. */
export interface GroupFailures {
  retries: GroupRetries
  deadLetters: GroupDeadLetters
}

/** How far a group is, queue by queue. */
export interface GroupProgress extends GroupFailures {
  group: string
  /**
   * Messages it has yet to handle: those that wait in `queues`, retries whether due or not, and what is popped and not
   * acknowledged. Dead letters are not among them.
   */
  lag: number
  /** Sorted. Retry topics are among the queues of all topics, and not among those of one. */
  queues: QueueProgress[]
  /** Messages that members have popped and not acknowledged; undefined when a broker does not say, as Apache's. */
  popped: number | undefined
}

/** How far a group is behind in one topic. */
export interface TopicLag {
  topic: string
  /** How many queues the group has consumed from. */
  queues: number
  /** Messages that wait in all queues together. */
  lag: number
  /** Messages that wait in the queue that is furthest behind. */
  lagMax: number
}

/** How far a group is behind. */
export interface GroupLag extends Omit<GroupProgress, 'queues'> {
  /** Clients that are in the group now. */
  members: number
  /** Of each topic it has consumed from; its retry topics are counted in `retries`. */
  topics: TopicLag[]
}

/** One row for each topic, in the order of the queues. */
export function lagsByTopic(queues: readonly QueueProgress[]): TopicLag[] {
  const lags = new Map<string, TopicLag>()
  for (const { queue, lag } of queues) {
    const { topic } = queue
    const sum = lags.get(topic) ?? { topic, queues: 0, lag: 0, lagMax: 0 }
    sum.queues++
    sum.lag += lag
    sum.lagMax = Math.max(sum.lagMax, lag)
    lags.set(topic, sum)
  }
  return [...lags.values()]
}
