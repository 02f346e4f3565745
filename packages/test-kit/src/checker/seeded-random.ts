/** A small random generator (Mulberry32) with a seed, so that a failure can be repeated. */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.#next() * count)
  }

  between(min: number, max: number): number {
    return min + this.below(max - min + 1)
  }

  chance(probability: number): boolean {
    return this.#next() < probability
  }

  pick<Value>(values: readonly Value[]): Value {
    if (values.length === 0) throw new Error('there is nothing to pick from')
    return values[this.below(values.length)]!
  }

  /** From 0 to just below 1, as `Math.random`; bound, so it can be passed as a function. */
  readonly fraction = (): number => this.#next()

  /** A new generator, so that the numbers which one part of a run takes do not change those of another part. */
  fork(): SeededRandom {
    return new SeededRandom(this.#next() * 2 ** 32)
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from 0 to 2^32 - 1 made of a text, the same in every process (FNV-1a): luck that needs no generator. */
export function hashOf(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}

/** The seeds of a test: 1 to `count`, or what the environment says: `RANDOM_SEEDS=17`, `RANDOM_SEEDS=100-199`. */
export function seedsToRun(count: number): number[] {
  const wanted = process.env.RANDOM_SEEDS ?? `1-${count}`
  const [first = Number.NaN, last = first] = wanted.split('-').map(Number)
  if (!(Number.isInteger(first) && Number.isInteger(last) && first <= last)) {
    throw new Error(`RANDOM_SEEDS is "${wanted}"; a seed or first-last is needed`)
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
