import type { Clock } from '@rocketeer/foundation'

const WINDOW_MS = 10_000

/** How fast a count grows, over the last ten seconds of its samples. */
export class RateMeter {
  readonly #clock: Clock
  readonly #count: () => number
  #samples: { at: number; count: number }[]

  constructor(clock: Clock, count: () => number) {
    this.#clock = clock
    this.#count = count
    this.#samples = [{ at: clock.now(), count: count() }]
  }

  /** Takes a sample; call it now and then while the count grows. */
  sample(): void {
    const at = this.#clock.now()
    const behind = this.#samples.filter((sample) => sample.at >= at - WINDOW_MS)
    // One from before the window, so that it is covered.
    const before = this.#samples[this.#samples.length - behind.length - 1]
    this.#samples = [...(before ? [before] : []), ...behind, { at, count: this.#count() }]
  }

  get perSecond(): number {
    this.sample()
    const first = this.#samples[0]!
    const last = this.#samples[this.#samples.length - 1]!
    const elapsedMs = last.at - first.at
    return elapsedMs > 0 ? Math.round(((last.count - first.count) * 1000) / elapsedMs) : 0
  }
}
