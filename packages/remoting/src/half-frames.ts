/** One connection's share of the unfinished frames; the same object as long as the connection lives. */
export interface HalfFrameHolder {
  readonly halfFrameBytes: number
  /** Called on the connection with most bytes when all connections together have too many. */
  dropHalfFrame(totalBytes: number): void
}

/**
 * Counts the bytes of unfinished frames over all connections: a single one is bounded by the frame size, but a
 * thousand peers that each send all but the last byte of a large frame must not exhaust the memory either.
 */
export class HalfFrames {
  readonly #bytesMax: number
  readonly #holders = new Map<HalfFrameHolder, number>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Notes how many bytes `holder` has now. */
  update(holder: HalfFrameHolder): void {
    const now = holder.halfFrameBytes
    const before = this.#holders.get(holder) ?? 0
    if (now === before) return
    this.#bytes += now - before
    if (now === 0) this.#holders.delete(holder)
    else this.#holders.set(holder, now)
    if (this.#bytes > this.#bytesMax) this.#largest()?.dropHalfFrame(this.#bytes)
  }

  #largest(): HalfFrameHolder | undefined {
    let largest: HalfFrameHolder | undefined
    let most = 0
    for (const [holder, bytes] of this.#holders) {
      if (bytes <= most) continue
      largest = holder
      most = bytes
    }
    return largest
  }
}
