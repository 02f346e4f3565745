import type { GroupDeadLetters, GroupRetries, MessageQueue } from '@rocketeer/client'

/** How fast a backlog changes; undefined at the first look, which has nothing to compare with. */
export interface BacklogRates {
  readonly inPerSecond: number
  readonly outPerSecond: number
}

/** What a group has not consumed of one queue. */
export interface QueueBacklogNow {
  readonly queue: MessageQueue
  readonly messages: number
  readonly bytes: number
  readonly rates: BacklogRates | undefined
  /** True when it has messages and the group has consumed none of them between two looks. */
  readonly isStuck: boolean
}

/** What a group has not consumed of one topic. */
export interface TopicBacklog {
  readonly topic: string
  readonly messages: number
  /** In the commit log. */
  readonly bytes: number
  /** False where bytes are an estimate by samples. */
  readonly bytesAreExact: boolean
  readonly rates: BacklogRates | undefined
  /**
   * Until nothing is left, if everything goes on as it does: 0 without a backlog, `Infinity` when it does not shrink,
   * undefined when there are no rates.
   */
  readonly secondsToDrain: number | undefined
  readonly queues: readonly QueueBacklogNow[]
}

/** What a group has not consumed, and what would help. */
export interface GroupBacklog {
  readonly group: string
  /** Clients that are in the group now. */
  readonly members: number
  readonly topics: readonly TopicBacklog[]
  readonly retries: GroupRetries
  readonly deadLetters: GroupDeadLetters
  /** Messages that are popped and not acknowledged; undefined when a broker does not say. */
  readonly popped: number | undefined
  readonly advice: readonly BacklogAdvice[]
}

/** What to do about a backlog. Programs go by `kind`; `text` is for people. */
export interface BacklogAdvice {
  readonly kind:
    | 'none'
    | 'start-members'
    | 'stuck'
    | 'add-members'
    | 'queues-are-the-limit'
    | 'dead-letters'
    | 'draining'
  readonly topic?: string | undefined
  readonly text: string
}
