/** Value and calls at one moment. */
interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly value: number
  readonly times: number
}

/** What happened in a window. Apache: StatsSnapshot. */
export interface Snapshot {
  readonly sum: number
  readonly times: number
  /** `sum` per second. */
  readonly tps: number
  /** `sum` per call. */
  readonly avgpt: number
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/**
 * How often the owner of a counter samples it, and the shortest time a rate is computed over, so that a first burst is not
 * divided by milliseconds.
 */
export const SAMPLE_INTERVAL_MS = 10_000

/** How far apart the kept samples are, and how many are kept; Apache's StatsItem keeps the same three lists. */
const HISTORIES = [
  { apartMs: SAMPLE_INTERVAL_MS, samplesMax: 7 },
  { apartMs: 10 * MINUTE_MS, samplesMax: 7 },
  { apartMs: HOUR_MS, samplesMax: 25 },
] as const

/**
 * Counts something. Counting is two additions; the history for rates comes from samples, which may stop while nothing
 * is counted. Apache: StatsItem.
 */
export class Counter {
  value = 0
  times = 0
  /** Oldest first; one list per entry of `HISTORIES`. */
  readonly #histories: Sample[][]
  readonly #madeAt: number

  constructor(now: number) {
    this.#madeAt = now
    this.#histories = HISTORIES.map(() => [{ at: now, value: 0, times: 0 }])
  }

  add(value: number, times = 1): void {
    this.value += value
    this.times += times
  }

  sample(now: number): void {
    for (const [i, { apartMs, samplesMax }] of HISTORIES.entries()) {
      const history = this.#histories[i]!
      if (now - history.at(-1)!.at < apartMs) continue
      history.push({ at: now, value: this.value, times: this.times })
      if (history.length > samplesMax) history.shift()
    }
  }

  /** The last `windowMs` until `now`, or the shorter time since the counter was made. */
  last(windowMs: number, now: number): Snapshot {
    const start = this.#at(now - windowMs, now)
    const sum = Math.round(this.value - start.value)
    const times = Math.round(this.times - start.times)
    const elapsedMs = Math.min(windowMs, Math.max(SAMPLE_INTERVAL_MS, now - this.#madeAt))
    return { sum, times, tps: (sum * 1000) / elapsedMs, avgpt: times > 0 ? sum / times : 0 }
  }

  /** What the counter stood at: between two samples, in proportion; before the oldest one, as that one. */
  #at(at: number, now: number): Sample {
    let before: Sample | undefined
    let after: Sample = { at: now, value: this.value, times: this.times }
    for (const history of this.#histories) {
      for (const sample of history) {
        if (sample.at <= at) {
          if (before === undefined || sample.at > before.at) before = sample
        } else if (sample.at < after.at || (sample.at === after.at && sample.value < after.value)) {
          after = sample
        }
      }
    }
    if (before === undefined || after.at <= before.at) return before ?? after
    const part = (at - before.at) / (after.at - before.at)
    return {
      at,
      value: before.value + (after.value - before.value) * part,
      times: before.times + (after.times - before.times) * part,
    }
  }
}
