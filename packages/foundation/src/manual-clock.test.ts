import { describe, expect, it } from 'vitest'
import { sleep } from './clock.js'
import { ManualClock } from './manual-clock.js'

describe('ManualClock', () => {
  it('runs timers in the order they come due, and those of one moment in the order they were made', async () => {
    const clock = new ManualClock(1_000)
    const ran: string[] = []
    clock.after(20, () => ran.push(`late at ${clock.now()}`))
    clock.after(10, () => ran.push(`first at ${clock.now()}`))
    clock.after(10, () => ran.push('second'))
    await clock.advance(15)
    expect(ran).toEqual(['first at 1010', 'second'])
    expect(clock.now()).toBe(1_015)
    await clock.advance(5)
    expect(ran).toEqual(['first at 1010', 'second', 'late at 1020'])
  })

  it('runs a timer that a timer made, within the same advance', async () => {
    const clock = new ManualClock(0)
    const times: number[] = []
    clock.after(10, () => clock.after(10, () => times.push(clock.now())))
    await clock.advance(30)
    expect(times).toEqual([20])
  })

  it('repeats an interval until it is cancelled', async () => {
    const clock = new ManualClock(0)
    let count = 0
    const timer = clock.every(100, () => count++)
    await clock.advance(350)
    expect(count).toBe(3)
    timer.cancel()
    await clock.advance(1_000)
    expect(count).toBe(3)
    expect(clock.pending).toBe(0)
  })

  it('gives promise jobs and I/O between two timers a chance to finish', async () => {
    const clock = new ManualClock(0)
    const ran: string[] = []
    clock.after(10, async () => {
      await new Promise((resolve) => setImmediate(resolve))
      ran.push('I/O of the first')
    })
    clock.after(20, () => ran.push('second'))
    await clock.advance(20)
    expect(ran).toEqual(['I/O of the first', 'second'])
  })

  it('advances until a condition holds, and fails when it never will', async () => {
    const clock = new ManualClock(0)
    let ready = false
    clock.after(5_000, () => {
      ready = true
    })
    await clock.advanceUntil(() => ready)
    expect(clock.now()).toBe(5_000)
    await expect(clock.advanceUntil(() => false, 1_000)).rejects.toThrow('1000 ms')
  })

  it('wakes and aborts sleepers', async () => {
    const clock = new ManualClock(0)
    const woken = sleep(clock, 50)
    const abort = new AbortController()
    const aborted = sleep(clock, 50, abort.signal)
    abort.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    await clock.advance(50)
    await expect(woken).resolves.toBeUndefined()
    expect(clock.pending).toBe(0)
  })
})
