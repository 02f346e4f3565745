import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { monotonicClock, systemClock } from './clock.js'
import { Rounds } from './rounds.js'

const HOUR_MS = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setImmediate'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Sets the system's time while Node's timers run on, as after a sleep of the machine. */
function setClock(byMs: number): void {
  vi.setSystemTime(Date.now() + byMs)
}

describe('the system clock', () => {
  it('waits as long as it is told, longer than a Node timer can, too', () => {
    let ran = 0
    systemClock.after(60 * 24 * HOUR_MS, () => ran++)
    vi.advanceTimersByTime(60 * 24 * HOUR_MS - 1)
    expect(ran).toBe(0)
    vi.advanceTimersByTime(1)
    expect(ran).toBe(1)
  })

  it('notices within 30 s that it was set ahead, and waits no longer than it must', () => {
    let ran = 0
    systemClock.after(HOUR_MS, () => ran++)
    setClock(HOUR_MS - 40_000)
    vi.advanceTimersByTime(39_999)
    expect(ran).toBe(0)
    vi.advanceTimersByTime(1)
    expect(ran).toBe(1)
    systemClock.after(HOUR_MS, () => ran++)
    setClock(8 * HOUR_MS)
    vi.advanceTimersByTime(30_000)
    expect(ran).toBe(2)
  })

  it('waits no longer when it is set back', () => {
    let ran = 0
    systemClock.after(HOUR_MS, () => ran++)
    setClock(-8 * HOUR_MS)
    vi.advanceTimersByTime(HOUR_MS)
    expect(ran).toBe(1)
  })

  it('runs nothing that was cancelled, whichever step it waits in', () => {
    let ran = 0
    const timer = systemClock.after(HOUR_MS, () => ran++)
    vi.advanceTimersByTime(45_000)
    timer.cancel()
    vi.advanceTimersByTime(HOUR_MS)
    expect(ran).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is of no concern to the monotonic clock', () => {
    let ran = 0
    monotonicClock.after(HOUR_MS, () => ran++)
    setClock(8 * HOUR_MS)
    vi.advanceTimersByTime(HOUR_MS - 1)
    expect(ran).toBe(0)
    vi.advanceTimersByTime(1)
    expect(ran).toBe(1)
  })
})

describe('rounds on the system clock', () => {
  const ranAt: number[] = []

  function rounds(failing: () => boolean): Rounds {
    ranAt.length = 0
    const rounds = new Rounds({
      clock: systemClock,
      round: () => {
        ranAt.push(performance.now())
        if (failing()) throw new Error('not now')
        return Date.now() + HOUR_MS
      },
      onFailure: () => {},
      retryAfterMs: 10_000,
    })
    rounds.start()
    return rounds
  }

  it('are early when the clock is set ahead', async () => {
    const started = performance.now()
    rounds(() => false).due(Date.now() + HOUR_MS)
    setClock(8 * HOUR_MS)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(ranAt).toEqual([started + 30_000])
  })

  it('go on when it is set back, after a failure, too', async () => {
    const started = performance.now()
    let failing = true
    const work = rounds(() => failing)
    work.due(Date.now() + 1000)
    await vi.advanceTimersByTimeAsync(1000)
    setClock(-8 * HOUR_MS)
    failing = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ranAt).toEqual([started + 1000, started + 11_000])
    work.due(Date.now() + 5000)
    await vi.advanceTimersByTimeAsync(5000)
    expect(ranAt.at(-1)).toBe(started + 16_000)
  })
})
