import { describe, expect, it } from 'vitest'
import { type CheckTiming, DELAY_LEVELS_MS, nextStage } from './stages.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const stage = (remainingMs: number, timing: CheckTiming, delayLevelsMs = DELAY_LEVELS_MS) =>
  nextStage(remainingMs, { timing, stageMsMax: 2 * DAY, delayLevelsMs })

/** The levels on the way, when each message takes 30 ms besides its level, and how late the check is at the end. */
function journey(delayMs: number, delayLevelsMs = DELAY_LEVELS_MS): { levels: number[]; lateMs: number } {
  const levels: number[] = []
  for (let remainingMs = delayMs; ; ) {
    const { delayLevel } = stage(remainingMs, 'levels', delayLevelsMs)
    if (delayLevel === undefined) return { levels, lateMs: Math.max(0, -remainingMs) }
    levels.push(delayLevel)
    remainingMs -= delayLevelsMs[delayLevel - 1]! + 30
  }
}

describe('the next stage of a check', () => {
  it('is one timer message up to the longest delay, and that long beyond it', () => {
    expect(stage(30 * MINUTE, 'timers')).toEqual({ deliverAfterMs: 30 * MINUTE })
    expect(stage(5 * DAY, 'timers')).toEqual({ deliverAfterMs: 2 * DAY })
    expect(stage(0, 'timers')).toEqual({})
    expect(stage(-1, 'timers')).toEqual({})
  })

  it('is the longest delay level that is not late', () => {
    expect(journey(30 * MINUTE)).toEqual({ levels: [16], lateMs: 30 })
    expect(journey(45 * MINUTE)).toEqual({ levels: [16, 14, 9], lateMs: 90 })
    expect(journey(5 * 60 * MINUTE).levels).toEqual([18, 18, 17])
  })

  it.each([1, 999, 1_001, 1_999, 3_700, 29_500, 59_100, 90_000, 33 * MINUTE + 33_333, 7_199_000])(
    'by levels is at most a second late, for a delay of %d ms',
    (delayMs) => {
      const { levels, lateMs } = journey(delayMs)
      expect(lateMs).toBeLessThanOrEqual(1_030)
      expect(levels.length).toBeLessThan(12)
    },
  )

  it('is never without a delay while there is more to wait for than a handler should', () => {
    expect(stage(3_000, 'levels', [5_000, 10_000])).toEqual({ delayLevel: 1 })
    expect(stage(1_000, 'levels', [5_000])).toEqual({})
    expect(journey(8_000, [5_000])).toEqual({ levels: [1, 1], lateMs: 2_060 })
  })
})
