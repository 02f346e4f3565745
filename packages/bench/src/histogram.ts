/** Buckets per doubling: values are exact to 1/32, about 3 %. */
const STEPS = 32
const STEP_BITS = 5
const DOUBLINGS = 32

/** Counts durations in buckets that grow with the value, so that recording costs an addition and no memory. */
export class Histogram {
  readonly #counts = new Float64Array(STEPS * DOUBLINGS)
  #total = 0
  #max = 0

  get total(): number {
    return this.#total
  }

  /** Records one duration in microseconds. */
  record(microseconds: number): void {
    const value = Math.min(Math.max(0, Math.round(microseconds)), 2 ** 31 - 1)
    this.#counts[bucketOf(value)]!++
    this.#total++
    if (value > this.#max) this.#max = value
  }

  /** The duration in microseconds that `percent` of all stay within; 0 when nothing was recorded. */
  percentile(percent: number): number {
    const wanted = (this.#total * percent) / 100
    let seen = 0
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket]!
      if (seen >= wanted && seen > 0) return Math.min(upperEdgeOf(bucket), this.#max)
    }
    return this.#max
  }
}

/** Values below `STEPS` have a bucket each; above, every doubling has `STEPS` of them. */
function bucketOf(value: number): number {
  if (value < STEPS) return value
  const doubling = 31 - Math.clz32(value) - STEP_BITS
  return (doubling + 1) * STEPS + ((value >>> doubling) - STEPS)
}

function upperEdgeOf(bucket: number): number {
  if (bucket < STEPS) return bucket
  const doubling = Math.floor(bucket / STEPS) - 1
  return ((bucket % STEPS) + STEPS + 1) * 2 ** doubling - 1
}
