import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { messageOf } from '@rocketeer/foundation'
import { type Command, type FieldTable, type FieldValues, Serialization } from '@rocketeer/protocol'
import { parseAddress } from './address.js'
import type { CallOptions, Connection, Response } from './connection.js'
import { startConnectionChecks } from './connection-checks.js'
import { remotingErrors } from './errors.js'
import { HalfFrames } from './half-frames.js'
import { parseLimits, type RemotingLimits, type RemotingLimitsInput } from './limits.js'
import { Router } from './router.js'
import { SocketConnection } from './socket-connection.js'

/** Apache: NettyClientConfig.connectTimeoutMillis. */
const CONNECT_TIMEOUT_MS_DEFAULT = 3_000

export interface RemotingClientOptions {
  /** Handles requests the peers send us; without one they are answered "not supported". */
  readonly router?: Router | undefined
  /** 3,000 unless told. */
  readonly connectTimeoutMs?: number | undefined
  readonly limits?: RemotingLimitsInput | undefined
  /** Of our requests: JSON unless told, as Apache's. */
  readonly serialization?: Serialization | undefined
  /** Speaks TLS, with options as node:tls takes them. */
  readonly tls?: ConnectionOptions | undefined
}

interface Peer {
  /** Shared by everybody who needs the connection while it is being made. */
  readonly connecting: Promise<SocketConnection>
  connection: SocketConnection | undefined
}

/** One connection per address, made on demand, kept while used, made again when it broke. */
export class RemotingClient implements AsyncDisposable {
  readonly #router: Router
  readonly #connectTimeoutMs: number
  readonly #limits: RemotingLimits
  readonly #serialization: Serialization
  readonly #tls: ConnectionOptions | undefined
  readonly #halfFrames: HalfFrames
  readonly #peers = new Map<string, Peer>()
  readonly #open = new Set<SocketConnection>()
  readonly #stopChecks: () => void
  readonly #disconnectListeners = new Set<(address: string, reason: Error | undefined) => void>()
  readonly #connecting = new Set<Socket>()
  #closed = false

  constructor(options: RemotingClientOptions = {}) {
    this.#router = options.router ?? new Router([])
    this.#connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS_DEFAULT
    this.#limits = parseLimits(options.limits)
    this.#serialization = options.serialization ?? Serialization.JSON
    this.#tls = options.tls
    this.#halfFrames = new HalfFrames(this.#limits.halfFrameBytesMax)
    this.#stopChecks = startConnectionChecks(this.#open, this.#limits)
  }

  /**
   * The connection to `address` (`host:port`), made if there is none. Rejects with `CONNECT_FAILED`,
   * `ADDRESS_INVALID`, `CONNECTION_CLOSED` when the client is closed, or the signal's reason.
   */
  connection(address: string, options?: CallOptions): Promise<Connection> {
    return this.#connection(address, options)
  }

  /** Sends a request over the connection to `address`; see `Connection.request`. The timeout covers connecting too. */
  request<Q extends FieldTable, R extends FieldTable>(
    address: string,
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
    options?: CallOptions,
  ): Promise<Response<R>> {
    const open = this.#peers.get(address)?.connection
    if (open) return open.request(command, fields, body, options)
    return this.#connectAndRequest(address, command, fields, body, options)
  }

  async oneway<Q extends FieldTable, R extends FieldTable>(
    address: string,
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
    options?: CallOptions,
  ): Promise<void> {
    const connection = this.#peers.get(address)?.connection ?? (await this.connection(address, options))
    connection.oneway(command, fields, body)
  }

  /** Closes the connection to `address`, if there is one; the next request makes a new one. */
  closeAddress(address: string, reason?: Error): void {
    this.#peers.get(address)?.connection?.close(reason)
  }

  /** Calls `listener` with the address of every connection that ends; returns how to stop that. */
  onDisconnect(listener: (address: string, reason: Error | undefined) => void): () => void {
    this.#disconnectListeners.add(listener)
    return () => this.#disconnectListeners.delete(listener)
  }

  /** Closes every connection; what waits is still written, what is being connected is given up. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#stopChecks()
    for (const connection of [...this.#open]) connection.close()
    for (const socket of this.#connecting) socket.destroy(new Error('the client was closed meanwhile'))
    await Promise.allSettled([...this.#peers.values()].map((peer) => peer.connecting))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #connectAndRequest<Q extends FieldTable, R extends FieldTable>(
    address: string,
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body: Buffer | undefined,
    options: CallOptions | undefined,
  ): Promise<Response<R>> {
    const startedAt = performance.now()
    const connection = await this.#connection(address, options)
    if (options?.timeoutMs === undefined) return connection.request(command, fields, body, options)
    const spentMs = performance.now() - startedAt
    return connection.request(command, fields, body, { ...options, spentMs })
  }

  async #connection(address: string, options: CallOptions | undefined): Promise<SocketConnection> {
    options?.signal?.throwIfAborted()
    const peer = this.#peer(address)
    return peer.connection ?? withLimits(peer.connecting, address, options)
  }

  #peer(address: string): Peer {
    const known = this.#peers.get(address)
    if (known) return known
    if (this.#closed) {
      throw remotingErrors.CONNECTION_CLOSED({ address, reason: 'the client is closed' })
    }
    const peer: Peer = { connecting: this.#connect(address), connection: undefined }
    this.#peers.set(address, peer)
    peer.connecting.then(
      (connection) => this.#adopt(address, peer, connection),
      () => this.#forget(address, peer),
    )
    return peer
  }

  #adopt(address: string, peer: Peer, connection: SocketConnection): void {
    peer.connection = connection
    connection.onClose((reason) => {
      this.#open.delete(connection)
      this.#forget(address, peer)
      for (const listener of this.#disconnectListeners) listener(address, reason)
    })
    if (!connection.closed) this.#open.add(connection)
    if (this.#closed) connection.close()
  }

  #forget(address: string, peer: Peer): void {
    if (this.#peers.get(address) === peer) this.#peers.delete(address)
  }

  async #connect(address: string): Promise<SocketConnection> {
    const { host, port } = parseAddress(address)
    const socket = this.#tls
      ? connectTls({ ...(isIP(host) ? {} : { servername: host }), ...this.#tls, host, port })
      : connectTcp({ host, port, noDelay: true, keepAlive: true })
    const timeoutMs = this.#connectTimeoutMs
    const giveUp = () => socket.destroy(new Error(`no answer within ${timeoutMs} ms (connectTimeoutMs)`))
    const timer = setTimeout(giveUp, timeoutMs)
    this.#connecting.add(socket)
    try {
      await once(socket, this.#tls ? 'secureConnect' : 'connect')
    } catch (error) {
      throw remotingErrors.CONNECT_FAILED({ address, reason: connectReason(error) }, error)
    } finally {
      clearTimeout(timer)
      this.#connecting.delete(socket)
    }
    return new SocketConnection({
      socket,
      router: this.#router,
      limits: this.#limits,
      halfFrames: this.#halfFrames,
      serialization: this.#serialization,
      requestBufferBytesMax: this.#limits.sendBufferBytesMax,
      pausesReading: false,
    })
  }
}

function connectReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'connection refused'
  if (code === 'ENOTFOUND') return 'the host name is not known'
  return error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error)
}

/** Waits for a connection that others may wait for too, no longer than the caller's own limits allow. */
function withLimits<Value>(shared: Promise<Value>, address: string, options?: CallOptions): Promise<Value> {
  const { timeoutMs, signal } = options ?? {}
  if (timeoutMs === undefined && signal === undefined) return shared
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason)
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => reject(remotingErrors.REQUEST_TIMEOUT({ address, command: 'connecting', timeoutMs })),
            timeoutMs,
          )
    signal?.addEventListener('abort', onAbort, { once: true })
    shared.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
  })
}
