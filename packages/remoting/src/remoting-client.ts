import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { messageOf, type WorkInFlight } from '@rocketeer/foundation'
import { type Command, type FieldTable, type FieldValues, Serialization } from '@rocketeer/protocol'
import { parseAddress } from './address.js'
import type { CallOptions, Connection, Response } from './connection.js'
import { startConnectionChecks } from './connection-checks.js'
import { remotingErrors } from './errors.js'
import { parseLimits, type RemotingLimits, type RemotingLimitsInput } from './limits.js'
import { PartialFrames } from './partial-frames.js'
import { Router } from './router.js'
import { SocketConnection } from './socket-connection.js'
import { type Traffic, trafficOf } from './traffic.js'

/** Apache: NettyClientConfig.connectTimeoutMillis. */
const CONNECT_TIMEOUT_MS_DEFAULT = 3_000

/** Any answer will do. */
export type Probe = (connection: Connection, address: string, options: CallOptions) => Promise<unknown>

export interface RemotingClientOptions {
  /** Handles requests of the peers; by default they are answered "not supported". */
  readonly router?: Router | undefined
  /** Default 3,000. */
  readonly connectTimeoutMs?: number | undefined
  readonly limits?: RemotingLimitsInput | undefined
  /** Header encoding of our requests; default JSON, as in Apache's clients. */
  readonly serialization?: Serialization | undefined
  /**
   * Makes a request that the peer at `address` answers at once whatever it is busy with, to see whether it is still
   * there. Without it, a peer that has gone without a word is noticed only after `idleTimeoutMs`.
   */
  readonly probe?: Probe | undefined
  /** Makes every connection a TLS connection, with these options of node:tls. */
  readonly tls?: ConnectionOptions | undefined
  /** Of a manual clock, which then waits for requests on their way. */
  readonly inFlight?: WorkInFlight | undefined
}

/** The connection to one address, from the first attempt to connect until it ends. */
interface AddressEntry {
  /** Shared by all callers that need the connection while it is being made. */
  readonly connecting: Promise<SocketConnection>
  connection: SocketConnection | undefined
}

/** Keeps one connection per address: made on demand, kept while in use, made again after it broke. */
export class RemotingClient implements AsyncDisposable {
  readonly #router: Router
  readonly #connectTimeoutMs: number
  readonly #limits: RemotingLimits
  readonly #serialization: Serialization
  readonly #probe: Probe | undefined
  readonly #tls: ConnectionOptions | undefined
  readonly #partialFrames: PartialFrames
  readonly #traffic: Traffic | undefined
  readonly #byAddress = new Map<string, AddressEntry>()
  readonly #open = new Set<SocketConnection>()
  readonly #stopChecks: () => void
  readonly #disconnectListeners = new Set<(address: string, reason: Error | undefined) => void>()
  readonly #reconnectListeners = new Set<(address: string) => void>()
  /** Addresses whose last connection ended. */
  readonly #lost = new Set<string>()
  readonly #connecting = new Set<Socket>()
  #closed = false

  constructor(options: RemotingClientOptions = {}) {
    this.#router = options.router ?? new Router([])
    this.#connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS_DEFAULT
    this.#limits = parseLimits(options.limits)
    this.#serialization = options.serialization ?? Serialization.JSON
    this.#probe = options.probe
    this.#tls = options.tls
    this.#partialFrames = new PartialFrames(this.#limits.partialFrameBytesMax)
    this.#traffic = options.inFlight && trafficOf(options.inFlight)
    this.#stopChecks = startConnectionChecks(this.#open, this.#limits)
  }

  /**
   * Resolves with the connection to `address` (`host:port`), made if there is none. Rejects with `CONNECT_FAILED`,
   * `ADDRESS_INVALID`, `REQUEST_TIMEOUT`, `CONNECTION_CLOSED` when the client is closed, or the signal's reason.
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
    const open = this.#byAddress.get(address)?.connection
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
    const connection = this.#byAddress.get(address)?.connection ?? (await this.connection(address, options))
    connection.oneway(command, fields, body)
  }

  /** Calls `listener` for every connection that ends; returns a function that removes it. */
  onDisconnect(listener: (address: string, reason: Error | undefined) => void): () => void {
    this.#disconnectListeners.add(listener)
    return () => this.#disconnectListeners.delete(listener)
  }

  /** Calls `listener` for every connection to an address whose last one ended; returns a function that removes it. */
  onReconnect(listener: (address: string) => void): () => void {
    this.#reconnectListeners.add(listener)
    return () => this.#reconnectListeners.delete(listener)
  }

  /** Closes every connection after writing its waiting bytes, and gives up attempts to connect. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#stopChecks()
    for (const connection of [...this.#open]) connection.close()
    for (const socket of this.#connecting) socket.destroy(new Error('the client was closed while connecting'))
    await Promise.allSettled([...this.#byAddress.values()].map((entry) => entry.connecting))
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
    const entry = this.#entry(address)
    return entry.connection ?? withinLimits(entry.connecting, address, options)
  }

  #entry(address: string): AddressEntry {
    const known = this.#byAddress.get(address)
    if (known) return known
    if (this.#closed) {
      throw remotingErrors.CONNECTION_CLOSED({ address, reason: 'the client is closed' })
    }
    const entry: AddressEntry = { connecting: this.#connect(address), connection: undefined }
    this.#byAddress.set(address, entry)
    entry.connecting.then(
      (connection) => this.#adopt(address, entry, connection),
      () => this.#forget(address, entry),
    )
    return entry
  }

  #adopt(address: string, entry: AddressEntry, connection: SocketConnection): void {
    entry.connection = connection
    connection.onClose((reason) => {
      this.#open.delete(connection)
      this.#forget(address, entry)
      this.#lost.add(address)
      for (const listener of this.#disconnectListeners) listener(address, reason)
    })
    if (!connection.closed) this.#open.add(connection)
    if (this.#closed) connection.close()
    else if (this.#lost.delete(address)) for (const listener of this.#reconnectListeners) listener(address)
  }

  #forget(address: string, entry: AddressEntry): void {
    if (this.#byAddress.get(address) === entry) this.#byAddress.delete(address)
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
    const connected = this.#traffic?.connecting()
    try {
      await once(socket, this.#tls ? 'secureConnect' : 'connect')
    } catch (error) {
      throw remotingErrors.CONNECT_FAILED({ address, reason: connectReason(error) }, error)
    } finally {
      clearTimeout(timer)
      this.#connecting.delete(socket)
      connected?.()
    }
    const probe = this.#probe
    const made = new SocketConnection({
      socket,
      router: this.#router,
      limits: this.#limits,
      partialFrames: this.#partialFrames,
      serialization: this.#serialization,
      requestBufferBytesMax: this.#limits.sendBufferBytesMax,
      pausesReading: false,
      probe: probe && ((connection, options) => probe(connection, address, options)),
    })
    this.#traffic?.add(made, socket)
    return made
  }
}

function connectReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'connection refused'
  if (code === 'ENOTFOUND') return 'the host name is not known'
  return error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error)
}

/** Waits for a shared promise no longer than the caller's own timeout and signal allow. */
function withinLimits<Value>(shared: Promise<Value>, address: string, options?: CallOptions): Promise<Value> {
  const { timeoutMs, signal } = options ?? {}
  if (timeoutMs === undefined && signal === undefined) return shared
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason)
    const onTimeout = () => {
      const facts = { address, command: 'the connection attempt', timeoutMs: timeoutMs!, sent: false }
      reject(remotingErrors.REQUEST_TIMEOUT(facts))
    }
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    shared.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
  })
}
