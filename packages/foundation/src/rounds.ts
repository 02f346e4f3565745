import { assert } from './assert.js'
import type { Clock } from './clock.js'
import { DeadlineTimer } from './deadline-timer.js'

export interface RoundsOptions {
  readonly clock: Clock
  /**
   * Does one round of the work. Returns, or resolves to, the time of the next one in milliseconds since the epoch:
   * `clock.now()` when there is more to do (it follows directly, so it has to wait for I/O), `Infinity` when nothing waits.
   */
  readonly round: () => number | Promise<number>
  /** Called for each round that throws or rejects; the next one begins after `retryAfterMs`. */
  readonly onFailure: (error: unknown) => void
  /** Pause after a failed round, which `due` does not shorten. A function is called after each failure. */
  readonly retryAfterMs: number | (() => number)
}

/**
 * Runs one job again and again, one round at a time, each when it is due and none while nothing waits.
 *
 *     stopped ── start ──▶ started: idle ⇄ waiting for the time of the next round ⇄ running
 *        ▲                    │
 *        └─────── stop ───────┘                          close: from either, for good
 *
 * It is made stopped. What becomes due while it is stopped is done after the next start.
 */
export class Rounds {
  readonly #options: RoundsOptions
  readonly #timer: DeadlineTimer
  #mode: 'stopped' | 'started' | 'closed' = 'stopped'
  /** When the next round is due; `Infinity` while nothing waits. */
  #dueAt = Number.POSITIVE_INFINITY
  /** No round begins before this time, because the last one failed. */
  #pausedUntil = Number.NEGATIVE_INFINITY
  /** Set while a round that is already due waits for the next turn of the event loop. */
  #soon: NodeJS.Immediate | undefined
  #isRunning = false
  /** Resolves when the last round that has begun is over; made before it begins, because a round may call `stop`. */
  #lastRound: Promise<void> = Promise.resolve()

  constructor(options: RoundsOptions) {
    this.#options = options
    this.#timer = new DeadlineTimer(options.clock, () => {
      this.#begin()
      return Number.POSITIVE_INFINITY
    })
  }

  /** True from start to stop: a long round may look here whether it should end early. */
  get started(): boolean {
    return this.#mode === 'started'
  }

  /** When the next round is due, as far as anybody has asked for one; `Infinity` when nothing waits. */
  get dueAt(): number {
    return this.#dueAt
  }

  /**
   * Asks for a round at `at` (milliseconds since the epoch) at the latest. One that is due already begins in the next
   * turn of the event loop, never inside this call; while a round runs it follows that one directly.
   */
  due(at: number): void {
    if (at >= this.#dueAt) return
    this.#dueAt = at
    this.#arm()
  }

  /** Begins with what became due before; does nothing when it is started already. */
  start(): void {
    assert(this.#mode !== 'closed', 'closed rounds were started')
    if (this.#mode === 'started') return
    this.#mode = 'started'
    this.#pausedUntil = Number.NEGATIVE_INFINITY
    this.#arm()
  }

  /** Begins no more rounds; resolves when the running one is over. It may be started again. */
  async stop(): Promise<void> {
    if (this.#mode === 'started') this.#mode = 'stopped'
    this.#disarm()
    await this.#lastRound
  }

  /** Stops for good. */
  close(): Promise<void> {
    this.#mode = 'closed'
    return this.stop()
  }

  #arm(): void {
    if (this.#mode !== 'started' || this.#isRunning || this.#soon !== undefined) return
    if (this.#isDue()) this.#soon = setImmediate(() => this.#begin())
    else this.#timer.arm(Math.max(this.#dueAt, this.#pausedUntil))
  }

  #disarm(): void {
    this.#timer.disarm()
    clearImmediate(this.#soon)
    this.#soon = undefined
  }

  #begin(): void {
    this.#disarm()
    this.#isRunning = true
    void this.#run()
  }

  async #run(): Promise<void> {
    do {
      let over: () => void = () => {}
      this.#lastRound = new Promise((resolve) => {
        over = resolve
      })
      await this.#runOnce()
      over()
    } while (this.#isDue())
    this.#isRunning = false
    this.#arm()
  }

  async #runOnce(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY
    // The pause is over: by a clock that was set back meanwhile it would begin again.
    this.#pausedUntil = Number.NEGATIVE_INFINITY
    try {
      this.due(await this.#options.round())
    } catch (error) {
      const now = this.#options.clock.now()
      const { retryAfterMs } = this.#options
      this.#pausedUntil = now + (typeof retryAfterMs === 'number' ? retryAfterMs : retryAfterMs())
      this.due(now)
      this.#options.onFailure(error)
    }
  }

  #isDue(): boolean {
    return this.started && Math.max(this.#dueAt, this.#pausedUntil) <= this.#options.clock.now()
  }
}
