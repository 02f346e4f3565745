import { assert } from './assert.js'
import type { Clock, Timer } from './clock.js'

interface PendingTimer {
  dueAt: number
  order: number
  task: () => unknown
  /** Set on timers made by `every`. */
  intervalMs: number | undefined
}

/** Turns of the event loop after each step, so that what a timer has begun on sockets and files can finish. */
const TURNS_PER_STEP = 12

/** Turns of the event loop to wait for file operations before the wait pauses, which leaves the processor to others. */
const FILE_TURNS_MAX = 20

/** The longest real time that a step waits for file operations under way. */
const FILE_WAIT_MAX_MS = 1_000

/**
 * A clock that moves only when told to: `await clock.advance(2 * 60 * 60 * 1000)` runs two hours of timers in their
 * order, giving real I/O between them a chance to finish.
 */
export class ManualClock implements Clock {
  #now: number
  #order = 0
  readonly #timers = new Set<PendingTimer>()

  constructor(startAt: number = Date.now()) {
    this.#now = startAt
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

  /** Moves time forward by `ms`, running every timer that comes due on the way. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms
    await finishIo()
    for (let next = this.#next(target); next; next = this.#next(target)) {
      this.#fireAllAt(next.dueAt)
      await finishIo()
    }
    this.#now = target
    await finishIo()
  }

  /**
   * Moves from timer to timer until `condition` holds. Fails after `limitMs` of manual time, or when nothing is
   * waiting any more.
   */
  async advanceUntil(condition: () => boolean, limitMs: number = 30 * 24 * 3_600_000): Promise<void> {
    const target = this.#now + limitMs
    await finishIo()
    while (!condition()) {
      const next = this.#next(target)
      if (!next) throw new Error(`the condition did not hold within ${limitMs} ms of manual time`)
      this.#fireAllAt(next.dueAt)
      await finishIo()
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

async function finishIo(): Promise<void> {
  for (let turn = 0; turn < TURNS_PER_STEP; turn++) await nextTurn()
  const giveUpAt = performance.now() + FILE_WAIT_MAX_MS
  for (let turn = 0; fileOperationsRun() && performance.now() < giveUpAt; turn++) {
    await (turn < FILE_TURNS_MAX ? nextTurn() : pause())
  }
}

/** Files are read and written by threads, which take longer than any fixed number of turns. */
function fileOperationsRun(): boolean {
  return process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'))
}

/** Leaves the processor to the threads. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
