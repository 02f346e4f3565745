const SLAB_BYTES = 1024 * 1024

/**
 * Memory for what readers get. Many answers share one allocation: their number, not their size, is what the garbage
 * collector pays for. A slab is gone when the last answer in it is.
 */
export class Slab {
  #memory: Buffer = Buffer.alloc(0)
  #used = 0

  /** `bytes` bytes with unknown content, which nobody else gets. */
  take(bytes: number): Buffer {
    if (bytes > SLAB_BYTES / 4) return Buffer.allocUnsafeSlow(bytes)
    if (this.#used + bytes > this.#memory.length) {
      this.#memory = Buffer.allocUnsafeSlow(SLAB_BYTES)
      this.#used = 0
    }
    const taken = this.#memory.subarray(this.#used, this.#used + bytes)
    this.#used += bytes
    return taken
  }
}
