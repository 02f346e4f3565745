/** A connection, as the owner of at most one partly received frame. */
export interface PartialFrameOwner {
  /** Bytes of the frame received so far. */
  readonly partialFrameBytes: number
  /** Called on the owner of the largest partial frame when all of them together, `totalBytes`, exceed the limit. */
  dropPartialFrame(totalBytes: number): void
}

/**
 * Counts the bytes of partly received frames over all connections. The frame size bounds what one connection may hold;
 * this limit keeps a thousand peers, each sending all but the last byte of a large frame, from exhausting memory.
 */
export class PartialFrames {
  readonly #bytesMax: number
  readonly #bytesByOwner = new Map<PartialFrameOwner, number>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Takes over the present `partialFrameBytes` of `owner`. */
  update(owner: PartialFrameOwner): void {
    const now = owner.partialFrameBytes
    const before = this.#bytesByOwner.get(owner) ?? 0
    if (now === before) return
    this.#bytes += now - before
    if (now === 0) this.#bytesByOwner.delete(owner)
    else this.#bytesByOwner.set(owner, now)
    if (this.#bytes > this.#bytesMax) this.#largest()?.dropPartialFrame(this.#bytes)
  }

  #largest(): PartialFrameOwner | undefined {
    let largest: PartialFrameOwner | undefined
    let most = 0
    for (const [owner, bytes] of this.#bytesByOwner) {
      if (bytes <= most) continue
      largest = owner
      most = bytes
    }
    return largest
  }
}
