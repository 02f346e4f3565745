import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parseAddress } from '@rocketeer/remoting'
import { patchOpaque, slotOf } from './request-template.js'
import { ResponseScanner, type ScannedResponse } from './response-scanner.js'
import type { Workload } from './workload.js'

const RECEIVE_BYTES = 256 * 1024

/** Called for each answer with the number of messages it stands for (undefined: an error) and the time it took. */
export type OnAnswer = (response: ScannedResponse, messages: number | undefined, microseconds: number) => void

export interface LoadConnectionOptions {
  readonly address: string
  readonly workload: Workload
  /** This connection's slots are `firstSlot` to `firstSlot + inFlight - 1`. */
  readonly firstSlot: number
  readonly inFlight: number
  readonly onAnswer: OnAnswer
}

/**
 * Keeps `inFlight` requests under way on one connection: every answer is followed by the slot's next request, and the
 * requests that follow the answers of one read leave in one write.
 */
export class LoadConnection {
  readonly #options: LoadConnectionOptions
  readonly #scanner: ResponseScanner
  readonly #sentAt: Float64Array
  readonly #frameBytes: number
  /**
   * Room for twice the requests in flight, used in a circle. A frame's room is used again only after a later request
   * was answered, so the kernel has accepted the frame.
   */
  readonly #ring: Buffer
  readonly #ringFrames: number
  #nextFrame = 0
  #ready: number[] = []
  readonly #socket: Socket
  /** When the answers in hand were read, by `performance.now()`. */
  #readAt = 0
  #stopped = false

  private constructor(options: LoadConnectionOptions, socket: Socket) {
    this.#options = options
    this.#socket = socket
    this.#scanner = new ResponseScanner(this.#onResponse)
    this.#sentAt = new Float64Array(options.inFlight)
    this.#frameBytes = options.workload.frameBytes
    this.#ringFrames = options.inFlight * 2
    this.#ring = Buffer.allocUnsafeSlow(this.#frameBytes * this.#ringFrames)
  }

  /** Connects and begins; `onEnd` is called when the broker closes the connection or it breaks. */
  static async open(options: LoadConnectionOptions, onEnd: (reason: Error) => void): Promise<LoadConnection> {
    const { host, port } = parseAddress(options.address)
    const buffer = Buffer.allocUnsafeSlow(RECEIVE_BYTES)
    const socket = connect({
      host,
      port,
      noDelay: true,
      onread: { buffer, callback: (bytes) => connection.#onRead(buffer.subarray(0, bytes)) },
    })
    const connection = new LoadConnection(options, socket)
    await once(socket, 'connect')
    socket.on('error', onEnd)
    socket.on('close', () => {
      if (!connection.#stopped) onEnd(new Error(`${options.address} closed the connection`))
    })
    for (let slot = 0; slot < options.inFlight; slot++) connection.#ready.push(options.firstSlot + slot)
    connection.#sendReady(performance.now())
    return connection
  }

  stop(): void {
    this.#stopped = true
    this.#socket.destroy()
  }

  #onRead(chunk: Buffer): boolean {
    if (this.#stopped) return true
    this.#readAt = performance.now()
    this.#scanner.push(chunk)
    if (this.#ready.length > 0) this.#sendReady(this.#readAt)
    return true
  }

  readonly #onResponse = (response: ScannedResponse) => {
    const { workload, firstSlot, onAnswer } = this.#options
    const slot = slotOf(response.opaque)
    const microseconds = (this.#readAt - this.#sentAt[slot - firstSlot]!) * 1_000
    onAnswer(response, workload.accept(slot, response), microseconds)
    this.#ready.push(slot)
  }

  #sendReady(now: number): void {
    const { workload, firstSlot } = this.#options
    const first = this.#nextFrame
    for (const slot of this.#ready) {
      const template = workload.template(slot)
      const start = this.#nextFrame * this.#frameBytes
      template.frame.copy(this.#ring, start)
      patchOpaque(template, this.#ring, start, slot)
      workload.patch(slot, this.#ring, start)
      this.#sentAt[slot - firstSlot] = now
      this.#nextFrame = (this.#nextFrame + 1) % this.#ringFrames
    }
    this.#ready.length = 0
    this.#write(first, this.#nextFrame)
  }

  #write(first: number, end: number): void {
    const from = first * this.#frameBytes
    if (end > first) {
      this.#socket.write(this.#ring.subarray(from, end * this.#frameBytes))
      return
    }
    this.#socket.cork()
    this.#socket.write(this.#ring.subarray(from))
    if (end > 0) this.#socket.write(this.#ring.subarray(0, end * this.#frameBytes))
    this.#socket.uncork()
  }
}
