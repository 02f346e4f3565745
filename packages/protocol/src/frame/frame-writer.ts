/** Room for some hundred answers to sends; what does not fit goes into the next chunk. */
const CHUNK_BYTES = 64 * 1024

/**
 * Bodies of this size and above are passed on as they are; smaller ones are cheaper to copy than to write on their own.
 */
const SHARED_BODY_BYTES = 4 * 1024

/**
 * Collects outgoing frames so that a whole batch leaves in one write. Memory handed out by `take` is not written again
 * before `reuse`, so the socket may keep it as long as it likes.
 */
export class FrameWriter {
  #chunk: Buffer = Buffer.allocUnsafeSlow(0)
  #taken = 0
  #position = 0
  #parts: Buffer[] = []
  #bytes = 0

  /** Bytes written since the last `take`. */
  get bytes(): number {
    return this.#bytes + this.#position - this.#taken
  }

  /**
   * Returns a buffer with room for `bytes` bytes from `position` on; the caller says with `advance` how many it has
   * written.
   */
  reserve(bytes: number): Buffer {
    if (this.#chunk.length - this.#position < bytes) {
      this.#cut()
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes))
      this.#position = 0
      this.#taken = 0
    }
    return this.#chunk
  }

  get position(): number {
    return this.#position
  }

  advance(bytes: number): void {
    this.#position += bytes
  }

  /** Appends a body. From 4 KiB on it is shared, not copied: the caller must not change it afterwards. */
  append(body: Buffer): void {
    if (body.length < SHARED_BODY_BYTES) {
      const chunk = this.reserve(body.length)
      body.copy(chunk, this.#position)
      this.#position += body.length
      return
    }
    this.#cut()
    this.#parts.push(body)
    this.#bytes += body.length
  }

  /** Everything written since the last call, in order. */
  take(): Buffer[] {
    this.#cut()
    const parts = this.#parts
    this.#parts = []
    this.#bytes = 0
    return parts
  }

  /** Begins the chunk again: everything that was taken has been sent. */
  reuse(): void {
    if (this.#position > this.#taken || this.#parts.length > 0) return
    this.#position = 0
    this.#taken = 0
  }

  #cut(): void {
    if (this.#position === this.#taken) return
    this.#parts.push(this.#chunk.subarray(this.#taken, this.#position))
    this.#bytes += this.#position - this.#taken
    this.#taken = this.#position
  }
}
