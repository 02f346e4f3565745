import type { DisturbanceFacts } from './run-events.js'

/** What a run may expect of the cluster, by its mode. */
export interface Rules {
  /** Every expected message has to be consumed in each of these. */
  readonly groups: readonly string[]
  /** The group under whose name dead letters are recorded; without it no message may become a dead letter. */
  readonly deadLetters?: string
  /**
   * A message is handled only when all acknowledged earlier ones of its producer and key are done, and one queue has
   * one handler at a time in each group.
   */
  readonly ordered: boolean
  /** Nothing is delivered again: a failure counts as consumed. */
  readonly broadcasting: boolean
  /** Disturbances after which consumed messages may be delivered again. Failures and second sends need none. */
  readonly repeatsAfter: readonly DisturbanceFacts['what'][]
  /**
   * Disturbances after which a broker may store a delayed or committed message again, because it forgot that it had.
   */
  readonly copiesAfter: readonly DisturbanceFacts['what'][]
  /** What was done at most so long before a disturbance may be uncommitted, and delivered again. */
  readonly uncommittedMs: number
  /** For so long after a disturbance the group may still rebalance. */
  readonly rebalanceMs: number
  /** How often one disturbance may have a message delivered again from the same queue offset. */
  readonly repeatsMax: number
}
