import type { Hash64 } from './message-identity.js'

const ENTRIES_MIN = 1_024
/** Above this share of full slots a table with open addressing becomes slow. */
const FULL_MAX = 0.7

/**
 * Millions of messages, 25 bytes for each slot: the hash of what names one, a number of its content, where it lies, and marks. Arrays
 * of numbers instead of a `Map` of objects, which would take ten times the memory.
 */
export class MessageTable {
  #count = 0
  #mask = 0
  #high = new Uint32Array(0)
  #low = new Uint32Array(0)
  #content = new Uint32Array(0)
  #queue = new Uint32Array(0)
  #offset = new Float64Array(0)
  /** Bit 0: the slot is used. The other bits are the user's marks. */
  #marks = new Uint8Array(0)

  /** Grows beyond `entries` by itself. */
  constructor(entries = 0) {
    this.#allocate(Math.max(ENTRIES_MIN, entries))
  }

  get count(): number {
    return this.#count
  }

  /** The slot of an entry; undefined when it is not there. */
  find({ high, low }: Hash64): number | undefined {
    const slot = this.#slotOf(high, low)
    return this.#marks[slot] === 0 ? undefined : slot
  }

  /** Adds an entry that is not there. `marks`: bits 1 to 7. */
  add(
    { high, low }: Hash64,
    entry: { content: number; queue: number; offset: number; marks?: number },
  ): void {
    if (this.#count >= this.#marks.length * FULL_MAX) this.#grow()
    this.#put(this.#slotOf(high, low), { high, low, ...entry, marks: (entry.marks ?? 0) | 1 })
    this.#count++
  }

  contentAt(slot: number): number {
    return this.#content[slot]!
  }

  queueAt(slot: number): number {
    return this.#queue[slot]!
  }

  offsetAt(slot: number): number {
    return this.#offset[slot]!
  }

  move(slot: number, queue: number, offset: number): void {
    this.#queue[slot] = queue
    this.#offset[slot] = offset
  }

  has(slot: number, mark: number): boolean {
    return (this.#marks[slot]! & mark) !== 0
  }

  mark(slot: number, mark: number): void {
    this.#marks[slot]! |= mark
  }

  /** Each used slot. */
  *slots(): Generator<number, void, void> {
    for (let slot = 0; slot < this.#marks.length; slot++) if (this.#marks[slot] !== 0) yield slot
  }

  /** The slot that has the hash, or the free one where it belongs. */
  #slotOf(high: number, low: number): number {
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      if (this.#marks[slot] === 0 || (this.#low[slot] === low && this.#high[slot] === high)) return slot
    }
  }

  #put(
    slot: number,
    entry: Hash64 & { content: number; queue: number; offset: number; marks: number },
  ): void {
    this.#high[slot] = entry.high
    this.#low[slot] = entry.low
    this.#content[slot] = entry.content
    this.#queue[slot] = entry.queue
    this.#offset[slot] = entry.offset
    this.#marks[slot] = entry.marks
  }

  #allocate(entries: number): void {
    const slots = 2 ** Math.ceil(Math.log2(entries / FULL_MAX))
    this.#mask = slots - 1
    this.#high = new Uint32Array(slots)
    this.#low = new Uint32Array(slots)
    this.#content = new Uint32Array(slots)
    this.#queue = new Uint32Array(slots)
    this.#offset = new Float64Array(slots)
    this.#marks = new Uint8Array(slots)
  }

  #grow(): void {
    const [high, low, content] = [this.#high, this.#low, this.#content]
    const [queue, offset, marks] = [this.#queue, this.#offset, this.#marks]
    this.#allocate(marks.length)
    for (let old = 0; old < marks.length; old++) {
      if (marks[old] === 0) continue
      this.#put(this.#slotOf(high[old]!, low[old]!), {
        high: high[old]!,
        low: low[old]!,
        content: content[old]!,
        queue: queue[old]!,
        offset: offset[old]!,
        marks: marks[old]!,
      })
    }
  }
}
