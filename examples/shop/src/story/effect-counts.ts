/** What one effect has come to so far. */
export interface EffectCounts {
  readonly given: number
  readonly repeated: number
  /** Failed deliveries by the number of attempts before: the first entry counts first attempts. */
  readonly failedByAttempt: readonly number[]
  /** Orders that wait for their first retry just now, for their second, and so on. */
  readonly waitingByRetry: readonly number[]
  /** Dead letters so far. */
  readonly dead: number
  /** Dead letters that were not replayed yet. */
  readonly deadNow: number
  readonly replayed: number
  /** Orders that died again after a replay. */
  readonly deadAgain: number
  /** When a delivery failed last, in milliseconds since the story began. */
  readonly failedAt: number
}

/** Follows the orders that wait for an effect from retry to retry. */
export class EffectTally implements EffectCounts {
  given = 0
  repeated = 0
  readonly failedByAttempt: number[]
  readonly waitingByRetry: number[]
  dead = 0
  deadNow = 0
  replayed = 0
  deadAgain = 0
  failedAt = Number.NEGATIVE_INFINITY
  readonly #retriesMax: number
  /** The retry that each order waits for, from 1; those above the last retry are dead letters. */
  readonly #waiting = new Map<string, number>()
  readonly #replayed = new Set<string>()

  constructor(retriesMax: number) {
    this.#retriesMax = retriesMax
    this.failedByAttempt = Array<number>(retriesMax + 1).fill(0)
    this.waitingByRetry = Array<number>(retriesMax).fill(0)
  }

  give(order: string): void {
    this.given++
    this.#waitFor(order, undefined)
  }

  repeat(order: string): void {
    this.repeated++
    this.#waitFor(order, undefined)
  }

  fail(order: string, attempt: number, at: number): void {
    this.failedAt = at
    this.failedByAttempt[attempt] = (this.failedByAttempt[attempt] ?? 0) + 1
    if (attempt === this.#retriesMax) {
      this.dead++
      if (this.#replayed.has(order)) this.deadAgain++
    }
    this.#waitFor(order, attempt + 1)
  }

  replay(order: string): void {
    this.replayed++
    this.#replayed.add(order)
    this.#waitFor(order, undefined)
  }

  #waitFor(order: string, retry: number | undefined): void {
    const before = this.#waiting.get(order)
    if (before !== undefined) this.#count(before, -1)
    if (retry === undefined) {
      this.#waiting.delete(order)
    } else {
      this.#waiting.set(order, retry)
      this.#count(retry, 1)
    }
  }

  #count(retry: number, difference: number): void {
    if (retry > this.#retriesMax) this.deadNow += difference
    else this.waitingByRetry[retry - 1]! += difference
  }
}
