import { describe, expect, it } from 'vitest'
import { Counter, DAY_MS, HOUR_MS, MINUTE_MS } from './counter.js'

const START = 1_700_000_000_000

/** Adds `perStep` every 10 s and samples, as the broker does. */
function count(counter: Counter, from: number, steps: number, perStep: number): number {
  let now = from
  for (let i = 0; i < steps; i++) {
    now += 10_000
    counter.add(perStep)
    counter.sample(now)
  }
  return now
}

describe('Counter', () => {
  it('gives the rate of the last minute, not of all time', () => {
    const counter = new Counter(START)
    const busyUntil = count(counter, START, 60, 100)
    const slowUntil = count(counter, busyUntil, 12, 10)
    expect(counter.last(MINUTE_MS, slowUntil)).toMatchObject({ sum: 60, tps: 1 })
    expect(counter.last(HOUR_MS, slowUntil).sum).toBe(6120)
  })

  it('forgets what lies before the window even when nobody sampled since', () => {
    const counter = new Counter(START)
    const now = count(counter, START, 6, 50)
    expect(counter.last(MINUTE_MS, now).sum).toBe(300)
    expect(counter.last(MINUTE_MS, now + 2 * MINUTE_MS).sum).toBe(0)
    expect(counter.last(HOUR_MS, now + 2 * MINUTE_MS).sum).toBe(300)
    expect(counter.last(DAY_MS, now + 2 * DAY_MS).sum).toBe(0)
  })

  it('does not divide a first burst by milliseconds', () => {
    const counter = new Counter(START)
    counter.add(1000)
    expect(counter.last(MINUTE_MS, START + 5).tps).toBe(100)
  })

  it('knows the average per call', () => {
    const counter = new Counter(START)
    counter.add(32)
    counter.add(8)
    expect(counter.last(MINUTE_MS, START + 1000)).toMatchObject({ sum: 40, times: 2, avgpt: 20 })
  })
})
