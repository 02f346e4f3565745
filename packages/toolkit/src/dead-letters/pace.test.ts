import { ManualClock } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { Pace } from './pace.js'

async function passesWithin(ms: number, perSecond: number): Promise<number> {
  const clock = new ManualClock(0)
  const pace = new Pace(perSecond, clock)
  let passed = 0
  let stopped = false
  const passing = (async () => {
    while (!stopped) {
      await pace.next()
      passed++
    }
  })()
  await clock.advance(ms)
  const count = passed
  stopped = true
  await clock.advance(10_000)
  await passing
  return count
}

describe('Pace', () => {
  it.each([10, 100, 500])('lets %i callers pass in a second', async (perSecond) => {
    const passed = await passesWithin(1_000, perSecond)
    expect(passed).toBeGreaterThanOrEqual(perSecond * 0.9)
    expect(passed).toBeLessThanOrEqual(perSecond + 2)
  })

  it('does not follow a pause with a burst', async () => {
    const clock = new ManualClock(0)
    const pace = new Pace(10, clock)
    await pace.next()
    await clock.advance(60_000)
    await pace.next()
    await pace.next()
    let third = false
    void pace.next().then(() => {
      third = true
    })
    await clock.advance(0)
    expect(third).toBe(false)
    await clock.advance(200)
    expect(third).toBe(true)
  })
})
