import type { Clock, Timer } from './clock.js'

/**
 * One timer for the earliest of many deadlines. `onDue` does what is due and returns the next deadline, or `Infinity`
 * when nothing waits any more. With nothing to wait for there is no timer: an idle broker costs nothing, and a test
 * moves a `ManualClock` through days at once.
 */
export class DeadlineTimer {
  readonly #clock: Clock
  readonly #onDue: () => number
  #timer: Timer | undefined
  #armedFor = Number.POSITIVE_INFINITY
  #closed = false

  constructor(clock: Clock, onDue: () => number) {
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Makes sure that `onDue` runs at `deadline` (milliseconds since the epoch) or earlier. */
  arm(deadline: number): void {
    if (deadline >= this.#armedFor || this.#closed) return
    this.#timer?.cancel()
    this.#armedFor = deadline
    this.#timer = this.#clock.after(deadline - this.#clock.now(), () => {
      this.#armedFor = Number.POSITIVE_INFINITY
      this.#timer = undefined
      this.arm(this.#onDue())
    })
  }

  /** Forgets all deadlines; it may be armed again. */
  disarm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#armedFor = Number.POSITIVE_INFINITY
  }

  close(): void {
    this.#closed = true
    this.disarm()
  }
}
