import { assert } from '@rocketeer/foundation'

const CAPACITY_MIN = 1024

/** A timer message that waits. */
export interface PendingTimer {
  /** When it is to be looked at, milliseconds since the epoch. */
  readonly wakeAt: number
  /** Its queue offset in the timer topic. */
  readonly offset: number
}

/**
 * The timer messages that wait, in the order of their times and, at the same time, of their queue offsets: a binary heap in
 * two arrays of numbers, 16 bytes per message and no object. The messages themselves stay in the log.
 */
export class PendingTimers {
  #size = 0
  /** Milliseconds since the epoch. */
  #wakeAt = new Float64Array(CAPACITY_MIN)
  #offset = new Float64Array(CAPACITY_MIN)

  get size(): number {
    return this.#size
  }

  /** Bytes of memory that the heap takes. */
  get bytes(): number {
    return this.#wakeAt.byteLength + this.#offset.byteLength
  }

  /** When the first one is to be looked at; `Infinity` when none waits. */
  get firstWakeAt(): number {
    return this.#size > 0 ? this.#wakeAt[0]! : Number.POSITIVE_INFINITY
  }

  /** Queue offset of the first one. */
  get firstOffset(): number {
    return this.#size > 0 ? this.#offset[0]! : 0
  }

  push(wakeAt: number, offset: number): void {
    if (this.#size === this.#wakeAt.length) this.#resize(this.#size * 2)
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isAfter(parent, wakeAt, offset)) break
      this.#move(parent, at)
      at = parent
    }
    this.#wakeAt[at] = wakeAt
    this.#offset[at] = offset
  }

  /** Takes the first one away. */
  pop(): void {
    assert(this.#size > 0, 'nothing waits')
    const last = --this.#size
    if (last > 0) this.#sink(this.#wakeAt[last]!, this.#offset[last]!)
    if (this.#size < this.#wakeAt.length / 4 && this.#wakeAt.length > CAPACITY_MIN)
      this.#resize(this.#wakeAt.length / 2)
  }

  /** The smallest queue offset that waits; `Infinity` when none does. Looks at all of them. */
  minOffset(): number {
    let min = Number.POSITIVE_INFINITY
    for (let at = 0; at < this.#size; at++) min = Math.min(min, this.#offset[at]!)
    return min
  }

  /** Queue offsets of all of them, in no order. */
  offsets(): Float64Array {
    return this.#offset.slice(0, this.#size)
  }

  /** Moves an entry from the top down to where it belongs. */
  #sink(wakeAt: number, offset: number): void {
    let at = 0
    for (let child = 1; child < this.#size; child = at * 2 + 1) {
      const right = child + 1
      if (right < this.#size && this.#isAfter(child, this.#wakeAt[right]!, this.#offset[right]!))
        child = right
      if (this.#isAfter(child, wakeAt, offset)) break
      this.#move(child, at)
      at = child
    }
    this.#wakeAt[at] = wakeAt
    this.#offset[at] = offset
  }

  #isAfter(at: number, wakeAt: number, offset: number): boolean {
    const difference = this.#wakeAt[at]! - wakeAt
    return difference > 0 || (difference === 0 && this.#offset[at]! > offset)
  }

  #move(from: number, to: number): void {
    this.#wakeAt[to] = this.#wakeAt[from]!
    this.#offset[to] = this.#offset[from]!
  }

  #resize(capacity: number): void {
    const [wakeAt, offset] = [new Float64Array(capacity), new Float64Array(capacity)]
    wakeAt.set(this.#wakeAt.subarray(0, this.#size))
    offset.set(this.#offset.subarray(0, this.#size))
    this.#wakeAt = wakeAt
    this.#offset = offset
  }
}
