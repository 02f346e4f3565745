import { setTimeout as pause } from 'node:timers/promises'
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

  it('stands still while work is in flight, however much real time that takes', async () => {
    const clock = new ManualClock(0)
    const ran: string[] = []
    clock.after(10, () => {
      clock.hold(pause(50).then(() => ran.push(`held work ended at ${clock.now()}`)))
    })
    clock.after(11, () => ran.push('next timer'))
    await clock.advance(3_600_000)
    expect(ran).toEqual(['held work ended at 10', 'next timer'])
  })

  it('goes on for work that waits by the clock itself, and stands still again afterwards', async () => {
    const clock = new ManualClock(0)
    const ran: string[] = []
    const work = clock.inFlight.run(
      () => 'work',
      async () => {
        await clock.sleep(1_000)
        await pause(30)
        ran.push(`work ended at ${clock.now()}`)
      },
    )
    clock.after(1_001, () => ran.push('next timer'))
    await clock.advance(10_000)
    await work
    expect(ran).toEqual(['work ended at 1000', 'next timer'])
  })

  it('goes on for work that waits for the test', async () => {
    const clock = new ManualClock(0)
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const work = clock.inFlight.run(
      () => 'work',
      () => clock.unheld(gate),
    )
    await clock.advance(1_000)
    expect(clock.now()).toBe(1_000)
    open()
    await work
  })

  it('goes on when work moves the clock itself', async () => {
    const clock = new ManualClock(0)
    await clock.inFlight.run(
      () => 'work',
      () => clock.advance(1_000),
    )
    expect(clock.now()).toBe(1_000)
  })

  it('says what holds it when that takes too long, and can go on later', async () => {
    const clock = new ManualClock(0, { heldMsMax: 20 })
    const hold = clock.hold('the import of customers')
    const held = await clock.advance(1_000).catch((error: unknown) => error)
    expect(held).toMatchObject({ code: 'CLOCK_HELD', details: { work: 'the import of customers', now: 0 } })
    hold.release()
    await clock.advance(1_000)
    expect(clock.now()).toBe(1_000)
  })

  it('waits on for as long as the work makes progress', async () => {
    const clock = new ManualClock(0, { heldMsMax: 60 })
    for (let ms = 20; ms <= 200; ms += 20) clock.hold(pause(ms))
    await clock.advance(1_000)
    expect(clock.now()).toBe(1_000)
  })

  it('asks those who know of work, until they are taken away', async () => {
    const clock = new ManualClock(0, { heldMsMax: 20 })
    const unwatch = clock.inFlight.watch(() => 'a request')
    await expect(clock.quiet()).rejects.toMatchObject({ code: 'CLOCK_HELD', details: { work: 'a request' } })
    unwatch()
    await clock.quiet()
  })
})

it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [-1], [undefined], ['1000']])(
  'a manual clock is not moved by %s milliseconds',
  async (given) => {
    const ms = given as number
    const clock = new ManualClock(0)
    const refusal = expect.objectContaining({ code: 'OPTION_INVALID' })
    await expect(clock.advance(ms)).rejects.toEqual(refusal)
    if (ms !== undefined) {
      await expect(clock.advanceUntil(() => true, ms)).rejects.toEqual(refusal)
      expect(() => new ManualClock(ms)).toThrow(refusal)
    }
    expect(clock.now()).toBe(0)
  },
)
