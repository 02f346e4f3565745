import { describe, expect, it } from 'vitest'
import { DeadlineTimer } from './deadline-timer.js'
import { ManualClock } from './manual-clock.js'

describe('DeadlineTimer', () => {
  it('runs at the earliest deadline, then at the one it is told next', async () => {
    const clock = new ManualClock(0)
    const ranAt: number[] = []
    const timer = new DeadlineTimer(clock, () => {
      ranAt.push(clock.now())
      return ranAt.length < 3 ? clock.now() + 50 : Number.POSITIVE_INFINITY
    })
    timer.arm(100)
    timer.arm(30)
    timer.arm(200)
    await clock.advance(1_000)
    expect(ranAt).toEqual([30, 80, 130])
    expect(clock.pending).toBe(0)
  })

  it('can be armed again after everything was done, and closed', async () => {
    const clock = new ManualClock(0)
    let runs = 0
    const timer = new DeadlineTimer(clock, () => {
      runs++
      return Number.POSITIVE_INFINITY
    })
    timer.arm(10)
    await clock.advance(20)
    timer.arm(40)
    await clock.advance(30)
    expect(runs).toBe(2)
    timer.arm(100)
    timer.close()
    await clock.advance(100)
    expect(runs).toBe(2)
  })
})
