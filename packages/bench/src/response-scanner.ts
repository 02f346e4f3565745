import { Serialization } from '@rocketeer/protocol'

/** The parts of a response that the load program needs. The buffer is valid only during the call that gets it. */
export interface ScannedResponse {
  code: number
  opaque: number
  /** Of this answer: Apache answers some pulls in JSON whatever the request's header was. */
  serialization: number
  /** The buffer with the whole frame's header; the frame's length prefix is at `start`. */
  buffer: Buffer
  start: number
  headerEnd: number
}

const OPAQUE_KEY = Buffer.from('"opaque":')
const CODE_KEY = Buffer.from('"code":')

/**
 * Finds where responses end without decoding them or looking at bodies: the load program shares the machine with the
 * broker and must stay light. `onResponse` is called when the last byte of a frame is here.
 */
export class ResponseScanner {
  readonly #onResponse: (response: ScannedResponse) => void
  readonly #response: ScannedResponse = {
    code: 0,
    opaque: 0,
    serialization: 0,
    buffer: Buffer.alloc(0),
    start: 0,
    headerEnd: 0,
  }
  /** Start of a frame whose header is not complete yet. */
  #carry = Buffer.alloc(0)
  /** Body bytes of the current frame still to come. */
  #skip = 0

  constructor(onResponse: (response: ScannedResponse) => void) {
    this.#onResponse = onResponse
  }

  /** `chunk` may be reused by the caller afterwards. */
  push(chunk: Buffer): void {
    let buffer = chunk
    let position = 0
    if (this.#skip > 0) {
      position = Math.min(this.#skip, chunk.length)
      this.#skip -= position
      if (this.#skip > 0) return
      this.#onResponse(this.#response)
    } else if (this.#carry.length > 0) {
      buffer = Buffer.concat([this.#carry, chunk])
      this.#carry = Buffer.alloc(0)
    }
    while (position < buffer.length) {
      const next = this.#frame(buffer, position)
      if (next === undefined) {
        this.#carry = Buffer.from(buffer.subarray(position))
        return
      }
      position = next
    }
  }

  /** Handles the frame at `start`; returns where the next one begins, or undefined when its header is cut short. */
  #frame(buffer: Buffer, start: number): number | undefined {
    if (buffer.length - start < 8) return undefined
    const end = start + 4 + buffer.readInt32BE(start)
    const word = buffer.readInt32BE(start + 4)
    const headerEnd = start + 8 + (word & 0xffffff)
    if (headerEnd > buffer.length) return undefined
    this.#read(buffer, start, headerEnd, word >>> 24)
    if (end <= buffer.length) {
      this.#onResponse(this.#response)
      return end
    }
    this.#skip = end - buffer.length
    // The caller reuses its buffer before the body is complete; the header is looked at then.
    this.#response.buffer = Buffer.from(buffer.subarray(start, headerEnd))
    this.#response.start = 0
    this.#response.headerEnd = headerEnd - start
    return buffer.length
  }

  #read(buffer: Buffer, start: number, headerEnd: number, serialization: number): void {
    const response = this.#response
    response.buffer = buffer
    response.start = start
    response.headerEnd = headerEnd
    response.serialization = serialization
    if (serialization === Serialization.ROCKETMQ) {
      response.code = buffer.readInt16BE(start + 8)
      response.opaque = buffer.readInt32BE(start + 13)
    } else {
      response.code = integerAfter(buffer, CODE_KEY, start + 8)
      response.opaque = integerAfter(buffer, OPAQUE_KEY, start + 8)
    }
  }
}

function integerAfter(buffer: Buffer, key: Buffer, from: number): number {
  let position = buffer.indexOf(key, from) + key.length
  let value = 0
  for (let digit = buffer[position]! - 48; digit >= 0 && digit <= 9; digit = buffer[++position]! - 48) {
    value = value * 10 + digit
  }
  return value
}
