/** Offsets, and so bits, of one piece. */
const PIECE_OFFSETS = 32_768

/**
 * A set of queue offsets that lie close together and whose lowest ones are dropped again and again: one bit each, in
 * pieces of 4 KiB that exist while they are needed.
 */
export class OffsetSet {
  readonly #pieces = new Map<number, Uint32Array>()

  add(offset: number): void {
    const number = Math.floor(offset / PIECE_OFFSETS)
    let piece = this.#pieces.get(number)
    if (piece === undefined) {
      piece = new Uint32Array(PIECE_OFFSETS / 32)
      this.#pieces.set(number, piece)
    }
    const bit = offset % PIECE_OFFSETS
    piece[bit >>> 5]! |= 1 << (bit & 31)
  }

  has(offset: number): boolean {
    const piece = this.#pieces.get(Math.floor(offset / PIECE_OFFSETS))
    if (piece === undefined) return false
    const bit = offset % PIECE_OFFSETS
    return (piece[bit >>> 5]! & (1 << (bit & 31))) !== 0
  }

  /** How many are in the set from `start` on and below `end`. Looks at each offset. */
  countIn(start: number, end: number): number {
    let count = 0
    for (let offset = start; offset < end; offset++) if (this.has(offset)) count++
    return count
  }

  /** Frees the pieces that lie below `offset` altogether. */
  dropBelow(offset: number): void {
    const first = Math.floor(offset / PIECE_OFFSETS)
    for (const number of this.#pieces.keys()) if (number < first) this.#pieces.delete(number)
  }

  /** 4 KiB each. */
  get pieces(): number {
    return this.#pieces.size
  }
}
