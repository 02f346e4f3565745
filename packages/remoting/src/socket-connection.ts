import type { Socket } from 'node:net'
import { assert } from '@rocketeer/foundation'
import {
  type Command,
  encodeFrame,
  type FieldTable,
  type FieldValues,
  type Frame,
  FrameDecoder,
  isResponse,
  ONEWAY_FLAG,
  RESPONSE_FLAG,
  ResponseCode,
  type Serialization,
} from '@rocketeer/protocol'
import { type EncodedHost, encodeHost } from '@rocketeer/protocol/record'
import { formatAddress } from './address.js'
import type { CallOptions, Connection, Response } from './connection.js'
import { remotingErrors } from './errors.js'
import type { RemotingLimits } from './limits.js'
import type { PartialFrameOwner, PartialFrames } from './partial-frames.js'
import { PeerWatch } from './peer-watch.js'
import { PendingRequests } from './pending-requests.js'
import type { Reply } from './request.js'
import type { Answerable, RequestSource, Router } from './router.js'
import { SendBuffer } from './send-buffer.js'

export interface ConnectionSetup {
  readonly socket: Socket
  /** Handles the peer's requests. */
  readonly router: Router
  readonly limits: RemotingLimits
  /** Shared with the other connections of the same server or client. */
  readonly partialFrames: PartialFrames
  /** Header encoding of our own requests; an answer has that of its request. */
  readonly serialization: Serialization
  /**
   * Own requests are refused while more bytes than this wait to be sent. A server refuses early, because it sends to
   * clients that may not read; a client refuses late, because sending requests is its purpose.
   */
  readonly requestBufferBytesMax: number
  /**
   * Whether reading stops while too many bytes wait to be sent. Only servers stop: if both ends did, two peers that send
   * to each other could wait for each other forever.
   */
  readonly pausesReading: boolean
  /** Makes a request that this peer answers at once; without it, a silent peer is given up only when it is idle. */
  readonly probe?: ((connection: Connection, options: CallOptions) => Promise<unknown>) | undefined
}

/** How long an orderly close may take to write waiting bytes. */
const CLOSE_GRACE_MS = 1_000

let lastId = 0

/** A connection over a connected TCP or TLS socket. */
export class SocketConnection implements Connection, RequestSource, PartialFrameOwner {
  readonly id = ++lastId
  readonly remoteAddress: string
  readonly localAddress: string
  readonly #setup: ConnectionSetup
  readonly #socket: Socket
  readonly #decoder: FrameDecoder
  readonly #sendBuffer: SendBuffer
  readonly pending: PendingRequests
  readonly #watch: PeerWatch
  readonly #closeListeners = new Set<(reason: Error | undefined) => void>()
  #remoteHost: EncodedHost | undefined
  #localHost: EncodedHost | undefined
  #closed = false
  #closeReason: Error | undefined
  #paused = false
  /** Requests that had already been read when reading was paused. */
  #deferred: Frame[] = []
  #openRequests = 0
  #openRequestBytes = 0

  constructor(setup: ConnectionSetup) {
    const { socket, limits } = setup
    this.#setup = setup
    this.#socket = socket
    this.remoteAddress = formatAddress(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0)
    this.localAddress = formatAddress(socket.localAddress ?? 'unknown', socket.localPort ?? 0)
    this.#decoder = new FrameDecoder(limits.frameBytesMax)
    this.#sendBuffer = new SendBuffer(socket, this.#onProgress)
    const { probe } = setup
    this.pending = new PendingRequests({
      address: this.remoteAddress,
      pendingMax: limits.pendingRequestsMax,
      onTimeout: (sentAt) => this.#watch.timedOut(sentAt),
    })
    this.#watch = new PeerWatch({
      address: this.remoteAddress,
      limits,
      sendBuffer: this.#sendBuffer,
      pending: this.pending,
      probe: probe && ((timeoutMs) => probe(this, { timeoutMs })),
      close: (reason) => this.close(reason),
    })
    socket.setNoDelay(true)
    socket.on('data', this.#onData)
    socket.on('error', (error) => this.close(error))
    socket.on('close', () => this.#onClosed(undefined, 'the peer closed it'))
  }

  get remoteHost(): EncodedHost {
    this.#remoteHost ??= encodeHost(this.#socket.remoteAddress ?? '0.0.0.0', this.#socket.remotePort ?? 0)
    return this.#remoteHost
  }

  get localHost(): EncodedHost {
    this.#localHost ??= encodeHost(this.#socket.localAddress ?? '0.0.0.0', this.#socket.localPort ?? 0)
    return this.#localHost
  }

  get closed(): boolean {
    return this.#closed
  }

  get bufferedBytes(): number {
    return this.#sendBuffer.bytes
  }

  get paused(): boolean {
    return this.#paused
  }

  get partialFrameBytes(): number {
    return this.#decoder.pendingBytes
  }

  request<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
    options?: CallOptions,
  ): Promise<Response<R>> {
    const opaque = this.pending.nextOpaque()
    // Not an async function: every request would pay for a second promise.
    try {
      options?.signal?.throwIfAborted()
      this.pending.refuseWhenFull()
      this.#send(command, opaque, 0, fields, body)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.pending.add<R>(opaque, command, options)
  }

  oneway<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
  ): void {
    this.#send(command, this.pending.nextOpaque(), ONEWAY_FLAG, fields, body)
  }

  respond(request: Answerable, reply: Reply, command: Command | undefined): void {
    if (this.#closed) return
    const head = {
      code: reply.code ?? ResponseCode.SUCCESS,
      opaque: request.opaque,
      flag: RESPONSE_FLAG,
      remark: reply.remark,
      serialization: request.serialization,
    }
    encodeFrame(this.#sendBuffer.writer, head, command?.response, reply.fields, reply.body)
    if (reply.onSent) this.#sendBuffer.onSent(reply.onSent)
    this.#sendBuffer.schedule()
    const bytes = this.#sendBuffer.bytes
    if (bytes > this.#setup.limits.sendBufferBytesMax) {
      this.close(remotingErrors.SEND_BUFFER_FULL({ address: this.remoteAddress, bytes }))
    }
  }

  keepOpen(bodyBytes: number): void {
    this.#openRequests++
    this.#openRequestBytes += bodyBytes
  }

  release(bodyBytes: number): void {
    this.#openRequests--
    this.#openRequestBytes -= bodyBytes
    assert(this.#openRequests >= 0, 'a request was released twice')
    if (this.#paused) this.#resume()
  }

  onClose(listener: (reason: Error | undefined) => void): () => void {
    if (this.#closed) listener(this.#closeReason)
    else this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  close(reason?: Error): void {
    if (this.#closed) return
    if (reason === undefined) {
      this.#sendBuffer.finish()
      setTimeout(() => this.#socket.destroy(), CLOSE_GRACE_MS).unref()
    } else this.#socket.destroy()
    this.#onClosed(reason, reason?.message ?? 'this end closed it')
  }

  dropPartialFrame(bytes: number): void {
    const { partialFrameBytesMax } = this.#setup.limits
    const address = this.remoteAddress
    this.close(remotingErrors.PARTIAL_FRAMES_TOO_LARGE({ address, bytes, partialFrameBytesMax }))
  }

  /** Its server or client calls this regularly. */
  check(now: number): void {
    this.#watch.check(now)
    this.#sendBuffer.shrink()
  }

  #send<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    opaque: number,
    flag: number,
    fields: FieldValues<Q>,
    body: Buffer | undefined,
  ): void {
    const address = this.remoteAddress
    if (this.#closed) {
      throw remotingErrors.CONNECTION_CLOSED({
        address,
        reason: 'it was already closed before the request was sent',
        sent: false,
      })
    }
    const bytes = this.#sendBuffer.bytes
    if (bytes > this.#setup.requestBufferBytesMax) throw remotingErrors.SEND_BUFFER_FULL({ address, bytes })
    const head = { code: command.code, opaque, flag, serialization: this.#setup.serialization }
    encodeFrame(this.#sendBuffer.writer, head, command.request, fields, body)
    this.#sendBuffer.schedule()
  }

  readonly #onData = (chunk: Buffer) => {
    this.#watch.heard()
    try {
      this.#decoder.push(chunk, this.#onFrame)
    } catch (error) {
      this.close(error as Error)
      return
    }
    if (!this.#closed) this.#setup.partialFrames.update(this)
  }

  readonly #onFrame = (frame: Frame) => {
    if (this.#closed) return
    this.#watch.frameCame()
    if (isResponse(frame)) this.pending.answer(frame)
    else if (this.#paused || this.#overloaded()) this.#defer(frame)
    else this.#setup.router.handle(frame, this)
  }

  #overloaded(): boolean {
    const { pauseReadingBytes, openRequestsMax, openRequestBytesMax } = this.#setup.limits
    return (
      this.#setup.pausesReading &&
      (this.#sendBuffer.bytes > pauseReadingBytes ||
        this.#openRequests >= openRequestsMax ||
        this.#openRequestBytes > openRequestBytesMax)
    )
  }

  #defer(frame: Frame): void {
    this.#deferred.push(frame)
    if (this.#paused) return
    this.#paused = true
    this.#socket.pause()
  }

  #resume(): void {
    let next = 0
    while (next < this.#deferred.length && !this.#closed && !this.#overloaded()) {
      this.#setup.router.handle(this.#deferred[next++]!, this)
    }
    this.#deferred.splice(0, next)
    if (this.#closed || this.#deferred.length > 0 || this.#overloaded()) return
    this.#paused = false
    this.#socket.resume()
  }

  readonly #onProgress = () => {
    if (this.#paused) this.#resume()
  }

  #onClosed(reason: Error | undefined, why: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#closeReason = reason
    this.#deferred = []
    this.#decoder.reset()
    this.#setup.partialFrames.update(this)
    const facts = { address: this.remoteAddress, reason: why }
    this.pending.failAll(() => remotingErrors.CONNECTION_CLOSED(facts, reason))
    for (const listener of this.#closeListeners) listener(reason)
    this.#closeListeners.clear()
  }
}
