import { type Clock, sleep, systemClock } from '@rocketeer/foundation'

/** Lets callers pass at most so many times a second, evenly. */
export class Pace {
  readonly #intervalMs: number
  readonly #clock: Clock
  #nextAt: number

  constructor(perSecond: number, clock: Clock = systemClock) {
    this.#intervalMs = 1000 / perSecond
    this.#clock = clock
    this.#nextAt = clock.now()
  }

  /** Resolves when it is the caller's turn. A pause is not made up for by a burst afterwards. */
  async next(): Promise<void> {
    const now = this.#clock.now()
    const turn = Math.max(this.#nextAt, now - this.#intervalMs)
    this.#nextAt = turn + this.#intervalMs
    // Timers are no finer than a millisecond; shorter waits add up until one is due.
    if (turn - now >= 1) await sleep(this.#clock, turn - now)
  }
}
