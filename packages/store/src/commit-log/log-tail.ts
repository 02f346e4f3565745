import { assert } from '@rocketeer/foundation'

/** A stretch of the commit log in memory: `buffer[0]` stands at log offset `start`. */
export interface TailChunk {
  readonly buffer: Buffer
  start: number
  used: number
}

/**
 * The newest part of the commit log in memory. Records are encoded straight into it, written to the file from it, and
 * read from it; the oldest chunk is used again for new records, which is why readers get copies.
 */
export class LogTail {
  readonly #chunkBytes: number
  readonly #chunksMax: number
  /** Oldest first; the last one takes new records. */
  readonly #chunks: TailChunk[] = []

  constructor(bytesMax: number) {
    this.#chunkBytes = Math.max(16 * 1024, Math.min(4 * 1024 * 1024, Math.floor(bytesMax / 8)))
    this.#chunksMax = Math.floor(bytesMax / this.#chunkBytes)
  }

  /** First log offset in memory; `Infinity` when there is none. */
  get start(): number {
    return this.#chunks[0]?.start ?? Number.POSITIVE_INFINITY
  }

  /** True when `bytes` more at log offset `at` go into the current chunk. */
  fits(at: number, bytes: number): boolean {
    const chunk = this.#chunks.at(-1)
    return chunk !== undefined && chunk.start + chunk.used === at && chunk.used + bytes <= chunk.buffer.length
  }

  get current(): TailChunk {
    const chunk = this.#chunks.at(-1)
    assert(chunk, 'nothing was appended to the tail yet')
    return chunk
  }

  /** Begins a chunk with room for `bytes` at log offset `at`. All earlier chunks must have been written. */
  advance(at: number, bytes: number): TailChunk {
    const last = this.#chunks.at(-1)
    assert(!last || at >= last.start + last.used, 'chunks follow each other')
    // An empty chunk holds nothing a reader could ask for, so it may begin anywhere.
    if (last && last.used === 0 && last.buffer.length >= bytes) {
      last.start = at
      return last
    }
    let reused: TailChunk | undefined
    while (this.#chunks.length >= this.#chunksMax) reused = this.#chunks.shift()
    const buffer =
      bytes <= this.#chunkBytes && reused?.buffer.length === this.#chunkBytes
        ? reused.buffer
        : Buffer.allocUnsafeSlow(Math.max(bytes, this.#chunkBytes))
    const chunk = { buffer, start: at, used: 0 }
    this.#chunks.push(chunk)
    return chunk
  }

  /** Copies `bytes` at log offset `offset` when one chunk holds them all; records appended here never span chunks. */
  copy(offset: number, bytes: number, target: Buffer, targetStart: number): boolean {
    for (let i = this.#chunks.length - 1; i >= 0; i--) {
      const chunk = this.#chunks[i]!
      if (offset < chunk.start) continue
      const from = offset - chunk.start
      if (from + bytes > chunk.used) return false
      chunk.buffer.copy(target, targetStart, from, from + bytes)
      return true
    }
    return false
  }

  /** Forgets what stands at `end` and behind it. */
  truncate(end: number): void {
    while (this.#chunks.length > 0 && this.#chunks.at(-1)!.start >= end) this.#chunks.pop()
    const last = this.#chunks.at(-1)
    if (last) last.used = Math.min(last.used, end - last.start)
  }
}
