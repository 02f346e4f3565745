import type { Socket } from 'node:net'
import { FrameWriter } from '@rocketeer/protocol'

/**
 * Bytes given to the socket at a time. Small enough that a slow but living reader shows progress (each piece is
 * acknowledged by the kernel on its own), large enough that a fast one costs few system calls.
 */
const WRITE_BYTES_MAX = 512 * 1024

/** The frames one connection has to send. They are collected and written once per turn of the event loop. */
export class SendBuffer {
  writer = new FrameWriter()
  readonly #socket: Socket
  readonly #onProgress: () => void
  /** Frames taken from the writer and not given to the socket yet. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  /** Bytes given to the socket and not accepted by the kernel yet. */
  #writingBytes = 0
  /** Bytes that the kernel has accepted so far. */
  #sentBytes = 0
  /** What is called when so many bytes have been accepted, in their order. */
  readonly #listeners: (() => void)[] = []
  readonly #listenersAt: number[] = []
  #scheduled = false
  #progressAt = 0
  #usedSinceShrink = false

  /** Calls `onProgress` whenever the kernel has accepted bytes. */
  constructor(socket: Socket, onProgress: () => void) {
    this.#socket = socket
    this.#onProgress = onProgress
  }

  get bytes(): number {
    return this.writer.bytes + this.#waitingBytes + this.#writingBytes
  }

  /** When the kernel last accepted bytes (`performance.now()`), or undefined when no bytes wait for it. */
  get waitingSince(): number | undefined {
    return this.#writingBytes === 0 ? undefined : this.#progressAt
  }

  /** Calls `listener` when the socket is done with all that was written so far; not when it fails before. */
  onSent(listener: () => void): void {
    this.#listeners.push(listener)
    this.#listenersAt.push(this.#sentBytes + this.bytes)
  }

  /** Schedules a flush for the end of this turn of the event loop. */
  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    // A microtask first: nextTick alone would run before this turn's promise jobs, whose answers belong in the same write.
    queueMicrotask(this.#afterJobs)
  }

  readonly #afterJobs = () => process.nextTick(this.#flush)

  readonly #flush = () => {
    this.#scheduled = false
    this.flush()
  }

  /** Gives the collected frames to the socket, unless it is still busy with earlier ones. */
  flush(): void {
    if (this.writer.bytes > 0) {
      this.#waitingBytes += this.writer.bytes
      const parts = this.writer.take()
      if (this.#waiting.length === 0) this.#waiting = parts
      else for (const part of parts) this.#waiting.push(part)
      this.#usedSinceShrink = true
    }
    if (this.#writingBytes === 0 && this.#waitingBytes > 0) this.#write(this.#nextParts())
  }

  /** Gives all remaining bytes to the socket and ends it; nothing may be written afterwards. */
  finish(): void {
    for (const part of [...this.#waiting, ...this.writer.take()]) this.#socket.write(part)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#socket.destroySoon()
  }

  /** Frees the writer's chunk when no frame was sent since the last call, so that idle connections cost little. */
  shrink(): void {
    if (!this.#usedSinceShrink && this.writer.bytes === 0) this.writer = new FrameWriter()
    this.#usedSinceShrink = false
  }

  #nextParts(): Buffer[] {
    if (this.#waitingBytes <= WRITE_BYTES_MAX) {
      const all = this.#waiting
      this.#waiting = []
      return all
    }
    let bytes = 0
    let count = 0
    while (bytes + this.#waiting[count]!.length <= WRITE_BYTES_MAX) bytes += this.#waiting[count++]!.length
    const parts = this.#waiting.splice(0, count)
    const room = WRITE_BYTES_MAX - bytes
    if (room > 0) {
      const next = this.#waiting[0]!
      parts.push(next.subarray(0, room))
      this.#waiting[0] = next.subarray(room)
    }
    return parts
  }

  #write(parts: Buffer[]): void {
    let bytes = 0
    for (const part of parts) bytes += part.length
    this.#waitingBytes -= bytes
    this.#writingBytes = bytes
    this.#progressAt = performance.now()
    const last = parts.length - 1
    if (last > 0) this.#socket.cork()
    for (let i = 0; i < last; i++) this.#socket.write(parts[i]!)
    this.#socket.write(parts[last]!, this.#onWritten)
    if (last > 0) this.#socket.uncork()
  }

  readonly #onWritten = (error?: Error | null) => {
    // After an error the socket closes, and the connection with it.
    if (error) return
    this.#sentBytes += this.#writingBytes
    this.#writingBytes = 0
    this.#progressAt = performance.now()
    if (this.#waitingBytes === 0) this.writer.reuse()
    this.#callListeners()
    if (!this.#scheduled) this.flush()
    this.#onProgress()
  }

  #callListeners(): void {
    while (this.#listeners.length > 0 && this.#listenersAt[0]! <= this.#sentBytes) {
      this.#listenersAt.shift()
      this.#listeners.shift()!()
    }
  }
}
