import type { DeliveryTime } from '@rocketeer/client'

/** How checks wait: as timer messages (RocketMQ 5) or in the delay levels that every version has. */
export type CheckTiming = 'timers' | 'levels'

/** Apache: MessageStoreConfig.messageDelayLevel. */
export const DELAY_LEVELS_MS: readonly number[] = [
  ...[1, 5, 10, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30].map((minutes) => minutes * 60_000),
  ...[1, 2].map((hours) => hours * 3_600_000),
]

/**
 * A check that arrives this much before its time waits in its handler: another stage would cost more, and clocks that
 * are nearly the same would cause one for every check. A level may be late by as much for the same reason.
 */
export const NEAR_MS = 1_000

/** How a check waits. */
export interface StageOptions {
  readonly timing: CheckTiming
  /** The longest delay of one message. */
  readonly stageMsMax: number
  /** The broker's delay levels, the shortest first. */
  readonly delayLevelsMs: readonly number[]
}

/**
 * The delay of the next message on the way to a check that is due in `remainingMs`. A wait longer than one message may
 * have is made of several: each arrives early, and is sent on. Both kinds of delay run by the broker's clock.
 */
export function nextStage(remainingMs: number, options: StageOptions): DeliveryTime {
  if (remainingMs <= 0) return {}
  if (options.timing === 'timers') return { deliverAfterMs: Math.min(remainingMs, options.stageMsMax) }
  // Its handler waits.
  if (remainingMs <= NEAR_MS) return {}
  const withinMs = Math.min(remainingMs + NEAR_MS, options.stageMsMax)
  const level = options.delayLevelsMs.findLastIndex((levelMs) => levelMs <= withinMs) + 1
  return { delayLevel: Math.max(level, 1) }
}
