import type { DisturbanceFacts } from './run-events.js'

/** What a run may expect of the cluster, by its mode. */
export interface Rules {
  /** Every expected message has to be consumed in each of these. */
  readonly groups: readonly string[]
  /** As whose deliveries the dead letters were recorded; left out, nothing may have become one. */
  readonly deadLetters?: string
  /**
   * Of one producer and key, none is begun before all acknowledged ones before it are done; and of one queue and group
   * one message at a time.
   */
  readonly ordered: boolean
  /** Nothing is delivered again: a failure counts as consumed. */
  readonly broadcasting: boolean
  /** What may have messages delivered again that were done, besides failures and copies their producer made. */
  readonly repeatsAfter: readonly DisturbanceFacts['what'][]
  /** After what a broker may store a delayed or committed message once more: it forgot that it had. */
  readonly copiesAfter: readonly DisturbanceFacts['what'][]
  /** So long before a disturbance something may have been done and not be committed, and is delivered again. */
  readonly uncommittedMs: number
  /** So long after a disturbance the group may not have settled. */
  readonly settleMs: number
  /** How often one disturbance may have the same message delivered again from the same place. */
  readonly repeatsMax: number
}
