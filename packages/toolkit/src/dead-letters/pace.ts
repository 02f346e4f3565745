import { type Clock, sleep, systemClock } from '@rocketeer/foundation'

/** Lets callers pass at an even rate of at most `perSecond`. */
export class Pace {
  #intervalMs: number
  readonly #clock: Clock
  #nextAt: number

  constructor(perSecond: number, clock: Clock = systemClock) {
    this.#intervalMs = 1000 / perSecond
    this.#clock = clock
    this.#nextAt = clock.now()
  }

  /** Holds from the next caller on. */
  set perSecond(perSecond: number) {
    this.#intervalMs = 1000 / perSecond
  }

  /** Resolves when it is the caller's turn; rejects with the signal's reason. A pause is not followed by a burst. */
  async next(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    const turn = Math.max(this.#nextAt, now - this.#intervalMs)
    this.#nextAt = turn + this.#intervalMs
    // Timers are no finer than a millisecond: shorter waits add up until they reach one.
    if (turn - now >= 1) await sleep(this.#clock, turn - now, signal)
  }
}
