import { assert } from '@rocketeer/foundation'

const SLAB_BYTES = 1024 * 1024
/** A larger piece has memory of its own: a slab would have little room left beside it. */
const PIECE_BYTES_MAX = SLAB_BYTES / 4
/** 16 MiB: enough for the answers that are on their way to a hundred consumers. */
const SPARE_SLABS_MAX = 16

/** Memory for one answer. Its content is unknown at first. */
export interface Piece {
  readonly buffer: Buffer
  /**
   * Gives borrowed memory back, once, when nobody looks at it any more. What is never given back becomes garbage, and
   * its slab with it. Undefined for memory that was not borrowed.
   */
  readonly release: (() => void) | undefined
}

/**
 * Memory for what readers get. Many answers share one slab, because the garbage collector pays for the number of
 * buffers. A slab whose pieces have all come back is used again, because V8 counts the bytes of buffers, too, and
 * collects its whole heap when a few hundred answers have been dropped.
 */
export class Slabs {
  #lent: Slab | undefined
  /** Kept apart: one piece that never comes back would keep its slab from being used again. */
  #given: Slab | undefined
  readonly #spare: Slab[] = []

  /** A piece that nobody else gets, or nobody until it is given back when the caller `borrows` it. */
  take(bytes: number, borrows = false): Piece {
    if (bytes > PIECE_BYTES_MAX) return { buffer: Buffer.allocUnsafeSlow(bytes), release: undefined }
    return borrows ? this.#lend(bytes) : this.#give(bytes)
  }

  #lend(bytes: number): Piece {
    if (!this.#lent?.hasRoomFor(bytes)) this.#lent = this.#spare.pop() ?? new Slab(this.#onFree)
    return { buffer: this.#lent.cut(bytes), release: this.#lent.release }
  }

  #give(bytes: number): Piece {
    if (!this.#given?.hasRoomFor(bytes)) this.#given = new Slab()
    return { buffer: this.#given.cut(bytes), release: undefined }
  }

  readonly #onFree = (slab: Slab) => {
    if (slab !== this.#lent && this.#spare.length < SPARE_SLABS_MAX) this.#spare.push(slab)
  }
}

class Slab {
  readonly #memory = Buffer.allocUnsafeSlow(SLAB_BYTES)
  readonly #onFree: ((slab: Slab) => void) | undefined
  #used = 0
  /** Pieces that have not come back. */
  #pieces = 0

  constructor(onFree?: (slab: Slab) => void) {
    this.#onFree = onFree
  }

  hasRoomFor(bytes: number): boolean {
    return this.#used + bytes <= SLAB_BYTES
  }

  cut(bytes: number): Buffer {
    const start = this.#used
    this.#used += bytes
    this.#pieces++
    return this.#memory.subarray(start, this.#used)
  }

  /** One function for all pieces. */
  readonly release = () => {
    assert(this.#pieces > 0, 'a piece of memory was given back twice')
    if (--this.#pieces > 0) return
    this.#used = 0
    this.#onFree?.(this)
  }
}
