import { protocolErrors } from '../errors.js'
import { decodeFrame, type Frame } from './frame.js'

/** Apache: NettySystemConfig `com.rocketmq.remoting.frameMaxLength`, 16 MiB. */
export const FRAME_BYTES_MAX_DEFAULT = 16 * 1024 * 1024

const NOTHING = Buffer.alloc(0)

/**
 * Cuts a byte stream into frames, in place: a frame inside one chunk is never copied, one that spans chunks is joined
 * once. Throws `FRAME_TOO_LARGE` or `FRAME_MALFORMED`; the stream is lost then, since nothing says where the next
 * frame begins.
 */
export class FrameDecoder {
  readonly #frameBytesMax: number
  #parts: Buffer[] = []
  #partsBytes = 0
  /** Size of the frame that begins in `#parts`, its length prefix included; 0 while fewer than 4 of its bytes are here. */
  #frameBytes = 0

  constructor(frameBytesMax: number = FRAME_BYTES_MAX_DEFAULT) {
    this.#frameBytesMax = frameBytesMax
  }

  /** Bytes of a frame that is not complete yet. */
  get pendingBytes(): number {
    return this.#partsBytes
  }

  /** Calls `onFrame` for every frame that `chunk` completes. */
  push(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    const buffer = this.#join(chunk)
    if (buffer === undefined) return
    let position = 0
    while (buffer.length - position >= 4) {
      const frameBytes = this.#checkedLength(buffer.readInt32BE(position))
      if (buffer.length - position < frameBytes) {
        this.#keep(buffer.subarray(position), frameBytes)
        return
      }
      const frame = decodeFrame(buffer, position + 4, position + frameBytes)
      position += frameBytes
      onFrame(frame)
    }
    if (position < buffer.length) this.#keep(buffer.subarray(position), 0)
  }

  /** The bytes kept so far and `chunk` as one buffer, or undefined while they do not complete a frame. */
  #join(chunk: Buffer): Buffer | undefined {
    if (this.#partsBytes === 0) return chunk
    this.#parts.push(chunk)
    this.#partsBytes += chunk.length
    if (this.#partsBytes < this.#frameBytes) return undefined
    const joined = Buffer.concat(this.#parts, this.#partsBytes)
    this.#parts = []
    this.#partsBytes = 0
    this.#frameBytes = 0
    return joined
  }

  #keep(rest: Buffer, frameBytes: number): void {
    this.#parts = rest.length === 0 ? [] : [rest]
    this.#partsBytes = rest.length
    this.#frameBytes = frameBytes
  }

  #checkedLength(announced: number): number {
    if (announced < 4) throw protocolErrors.FRAME_MALFORMED({ reason: `its length is ${announced}` })
    if (announced > this.#frameBytesMax) {
      throw protocolErrors.FRAME_TOO_LARGE({ frameBytes: announced, frameBytesMax: this.#frameBytesMax })
    }
    return announced + 4
  }

  /** Forgets a half-received frame, for a connection that ends. */
  reset(): void {
    this.#keep(NOTHING, 0)
  }
}
