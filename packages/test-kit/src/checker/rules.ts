import type { DisturbanceFacts } from './run-events.js'

/** What a run may expect of the cluster, by its mode. */
export interface Rules {
  /** Groups in each of which every expected message has to be consumed. */
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
  /** A message that was done this short a time before a disturbance may not be committed yet, and be delivered again. */
  readonly uncommittedMs: number
  /** For this time after a disturbance the group may still rebalance. */
  readonly rebalanceMs: number
  /** How many repeated deliveries of a message from the same queue offset one disturbance explains. */
  readonly repeatsMax: number
}
