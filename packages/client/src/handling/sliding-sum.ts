/** A sum over the latest slots of time, the current one included. */
export class SlidingSum {
  readonly #slotMs: number
  readonly #sums: number[]
  /** Number of the newest slot since the epoch. */
  #newest = 0

  constructor({ slots, slotMs }: { slots: number; slotMs: number }) {
    this.#slotMs = slotMs
    this.#sums = Array<number>(slots).fill(0)
  }

  add(now: number, value: number): void {
    this.#moveTo(now)
    const index = this.#newest % this.#sums.length
    this.#sums[index]! += value
  }

  at(now: number): number {
    this.#moveTo(now)
    return this.#sums.reduce((sum, each) => sum + each, 0)
  }

  #moveTo(now: number): void {
    const slot = Math.floor(now / this.#slotMs)
    const steps = Math.min(slot - this.#newest, this.#sums.length)
    for (let step = 0; step < steps; step++) this.#sums[(slot - step) % this.#sums.length] = 0
    this.#newest = Math.max(slot, this.#newest)
  }
}
