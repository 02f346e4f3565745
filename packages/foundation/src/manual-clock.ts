import { assert } from './assert.js'
import { type Clock, sleep, type Timer } from './clock.js'
import { defineErrors, errorRow, optionErrors } from './errors.js'
import { type Hold, WorkInFlight } from './work-in-flight.js'

interface PendingTimer {
  dueAt: number
  order: number
  task: () => unknown
  /** Set on timers made by `every`. */
  intervalMs: number | undefined
}

/** So many turns of the event loop without work in flight mean that nothing more comes of what has happened. */
const QUIET_TURNS = 12

/** Turns of the event loop to wait for work in flight before the wait pauses, which leaves the processor to others. */
const BUSY_TURNS_MAX = 20

/** The longest real time that a step waits for work in flight that makes no progress. Below the 5 s of a test of vitest. */
const HELD_MS_MAX_DEFAULT = 4_000

/** Looks after that time until the wait ends: while the event loop was blocked, nothing could make progress. */
const LATE_LOOKS_MAX = 5

export const clockErrors = defineErrors({
  CLOCK_HELD: errorRow<{ work: string; heldMsMax: number; now: number }>({
    message: ({ work, heldMsMax, now }) =>
      `the manual clock stands at ${new Date(now).toISOString()} and cannot go on: after ${heldMsMax} ms of real time this is still under way: ${work}. ` +
      'A handler that waits for time to pass should do so with clock.sleep(ms), and one that waits for the test with clock.unheld(promise)',
  }),
})

declare module './errors.js' {
  interface ErrorTables {
    clock: typeof clockErrors
  }
}

/** Options of a `ManualClock`. */
export interface ManualClockOptions {
  /**
   * The longest real time that `advance` waits for work in flight that makes no progress, 4,000 ms; then it rejects with
   * `CLOCK_HELD`.
   */
  heldMsMax?: number | undefined
}

/**
 * A clock that moves only when told to: `await clock.advance(2 * 60 * 60 * 1000)` runs two hours of timers in their
 * order. Work in flight holds it: it does not move while a handler runs, a request is on its way or a file is written, so
 * real time that passes meanwhile costs no time of this clock. A handler that itself waits for the clock, with
 * `clock.sleep(ms)`, does not hold it.
 */
export class ManualClock implements Clock {
  readonly inFlight = new WorkInFlight()
  readonly #heldMsMax: number
  #now: number
  #order = 0
  readonly #timers = new Set<PendingTimer>()

  /** `startAt`: milliseconds since the epoch; by default what the real clock says. */
  constructor(startAt: number = Date.now(), { heldMsMax = HELD_MS_MAX_DEFAULT }: ManualClockOptions = {}) {
    checkMs('new ManualClock', 'startAt', startAt)
    this.#now = startAt
    this.#heldMsMax = heldMsMax
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, task: () => unknown): Timer {
    return this.#add(delayMs, task, undefined)
  }

  every(intervalMs: number, task: () => unknown): Timer {
    assert(intervalMs > 0, 'an interval must be longer than 0 ms')
    return this.#add(intervalMs, task, intervalMs)
  }

  /** Number of timers that wait; 0 shows that whatever was tested has stopped all of its timers. */
  get pending(): number {
    return this.#timers.size
  }

  /** Resolves after `ms` of this clock, or rejects with the signal's reason. Does not hold the clock. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleep(this, ms, signal)
  }

  /**
   * Keeps the clock still until `promise` settles, or, without one, until the hold is released:
   *
   *     using hold = clock.hold('loading customers')
   *
   * What it waits for must not itself wait for the clock. `what` is named when the clock is held too long.
   */
  hold(what?: string): Hold
  hold(promise: Promise<unknown>, what?: string): Hold
  hold(held: Promise<unknown> | string | undefined, what = 'what the test holds the clock for'): Hold {
    const name = typeof held === 'string' ? held : what
    const hold = this.inFlight.hold(() => name)
    if (typeof held === 'object') held.then(hold.release, hold.release)
    return hold
  }

  /**
   * Waits for `promise` in a handler without holding the clock: for what the test does only after it has moved the clock.
   */
  unheld<Value>(promise: Promise<Value>): Promise<Value> {
    return this.inFlight.unheld(promise)
  }

  /**
   * Moves time forward by `ms`, running every timer that comes due on the way. Before each step it waits until nothing is
   * in flight. Rejects with `CLOCK_HELD` when that takes too much real time, and with `OPTION_INVALID`.
   */
  async advance(ms: number): Promise<void> {
    checkMs('clock.advance', 'ms', ms)
    const target = this.#now + ms
    await this.unheld(
      this.#advance(target, () => false).then(() => {
        this.#now = Math.max(this.#now, target)
      }),
    )
  }

  /**
   * Moves from timer to timer until `condition` holds. Rejects after `limitMs` of manual time, or when nothing is waiting
   * any more, and with `CLOCK_HELD` and `OPTION_INVALID` as `advance` does.
   */
  async advanceUntil(condition: () => boolean, limitMs: number = 30 * 24 * 3_600_000): Promise<void> {
    checkMs('clock.advanceUntil', 'limitMs', limitMs)
    const holds = await this.unheld(this.#advance(this.#now + limitMs, condition))
    if (!holds) throw new Error(`the condition did not hold within ${limitMs} ms of manual time`)
  }

  /** Resolves, without moving the clock, when nothing is in flight. Rejects with `CLOCK_HELD`. */
  quiet(): Promise<void> {
    return this.unheld(this.#quiet())
  }

  /** Runs the timers up to `target`; stops when `condition` holds, and says whether it does. */
  async #advance(target: number, condition: () => boolean): Promise<boolean> {
    await this.#quiet()
    while (!condition()) {
      const next = this.#next(target)
      if (!next) return false
      this.#fireAllAt(next.dueAt)
      await this.#quiet()
    }
    return true
  }

  async #quiet(): Promise<void> {
    let quietTurns = 0
    let busyTurns = 0
    let progress = ''
    let giveUpAt = 0
    let lateLooks = 0
    while (quietTurns < QUIET_TURNS) {
      await (busyTurns < BUSY_TURNS_MAX ? nextTurn() : pause())
      quietTurns++
      const work = this.inFlight.describe() ?? (quietTurns === QUIET_TURNS ? fileOperation() : undefined)
      if (work === undefined) continue
      quietTurns = 0
      busyTurns++
      const now = performance.now()
      const seen = `${this.inFlight.changes} ${work}`
      if (seen !== progress) {
        progress = seen
        giveUpAt = now + this.#heldMsMax
        lateLooks = 0
      } else if (now > giveUpAt && ++lateLooks === LATE_LOOKS_MAX) {
        throw clockErrors.CLOCK_HELD({ work, heldMsMax: this.#heldMsMax, now: this.#now })
      }
    }
  }

  /** Timers of one moment run together: I/O gets its chance between moments, which keeps long advances cheap. */
  #fireAllAt(moment: number): void {
    for (let next = this.#next(moment); next; next = this.#next(moment)) this.#fire(next)
  }

  #add(delayMs: number, task: () => unknown, intervalMs: number | undefined): Timer {
    const timer = { dueAt: this.#now + Math.max(0, delayMs), order: this.#order++, task, intervalMs }
    this.#timers.add(timer)
    return { cancel: () => this.#timers.delete(timer) }
  }

  #next(target: number): PendingTimer | undefined {
    let first: PendingTimer | undefined
    for (const timer of this.#timers) {
      if (timer.dueAt > target) continue
      if (!first || timer.dueAt < first.dueAt || (timer.dueAt === first.dueAt && timer.order < first.order)) {
        first = timer
      }
    }
    return first
  }

  #fire(timer: PendingTimer): void {
    this.#now = Math.max(this.#now, timer.dueAt)
    if (timer.intervalMs === undefined) this.#timers.delete(timer)
    else {
      timer.dueAt += timer.intervalMs
      timer.order = this.#order++
    }
    timer.task()
  }
}

/** Files are read and written by threads, which take longer than any fixed number of turns. */
function fileOperation(): string | undefined {
  const runs = process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'))
  return runs ? 'a file operation' : undefined
}

/** Leaves the processor to the threads. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A clock that is no number, or a text with digits added to it, would show only much later. */
function checkMs(call: string, name: string, ms: unknown): void {
  if (Number.isFinite(ms) && (ms as number) >= 0) return
  const problem = `"${name}": milliseconds are needed, a number of at least 0; this is ${String(ms)}`
  throw optionErrors.OPTION_INVALID({ subject: call, problems: [problem] })
}
