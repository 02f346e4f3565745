import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { type Logger, messageOf, silentLogger, type WorkInFlight } from '@rocketeer/foundation'
import { Serialization } from '@rocketeer/protocol'
import type { Connection } from './connection.js'
import { startConnectionChecks } from './connection-checks.js'
import { remotingErrors } from './errors.js'
import { parseLimits, type RemotingLimits, type RemotingLimitsInput } from './limits.js'
import { PartialFrames } from './partial-frames.js'
import type { Router } from './router.js'
import { SocketConnection } from './socket-connection.js'
import { type Traffic, trafficOf } from './traffic.js'

export interface RemotingServerOptions {
  /** IP address to listen on; default `0.0.0.0`, all IPv4 interfaces. */
  readonly host?: string | undefined
  /** Port to listen on; 0 takes a free one. */
  readonly port: number
  readonly router: Router
  readonly limits?: RemotingLimitsInput | undefined
  readonly logger?: Logger | undefined
  /** Accepts TLS connections only, with `key` and `cert` as in node:tls. */
  readonly tls?: TlsOptions | undefined
  /** Of a manual clock, which then waits for bytes on their way to and from this server. */
  readonly inFlight?: WorkInFlight | undefined
}

/** Accepts connections and gives their requests to a router. */
export class RemotingServer implements AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly connections: ReadonlySet<Connection>
  readonly #open = new Set<SocketConnection>()
  readonly #server: Server
  readonly #router: Router
  readonly #limits: RemotingLimits
  readonly #logger: Logger
  readonly #partialFrames: PartialFrames
  readonly #traffic: Traffic | undefined
  readonly #stopChecks: () => void
  readonly #connectListeners = new Set<(connection: Connection) => void>()
  readonly #disconnectListeners = new Set<(connection: Connection, reason: Error | undefined) => void>()
  #closing: Promise<void> | undefined

  /** Rejects with `PORT_IN_USE`, `LISTEN_FAILED`, or `OPTION_INVALID` for impossible limits. */
  static async listen(options: RemotingServerOptions): Promise<RemotingServer> {
    const limits = parseLimits(options.limits)
    const host = options.host ?? '0.0.0.0'
    const server = options.tls
      ? createTlsServer({ handshakeTimeout: 10_000, ...options.tls })
      : createTcpServer({ noDelay: true, keepAlive: true })
    await new Promise<void>((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) => reject(listenError(host, options.port, error))
      server.once('error', onError)
      server.listen({ host, port: options.port }, () => {
        server.off('error', onError)
        resolve()
      })
    })
    return new RemotingServer(server, host, limits, options)
  }

  private constructor(server: Server, host: string, limits: RemotingLimits, options: RemotingServerOptions) {
    this.host = host
    this.port = (server.address() as { port: number }).port
    this.connections = this.#open
    this.#server = server
    this.#router = options.router
    this.#limits = limits
    this.#logger = options.logger ?? silentLogger
    this.#partialFrames = new PartialFrames(limits.partialFrameBytesMax)
    this.#traffic = options.inFlight && trafficOf(options.inFlight)
    this.#stopChecks = startConnectionChecks(this.#open, limits)
    server.maxConnections = limits.connectionsMax
    server.on(options.tls ? 'secureConnection' : 'connection', this.#onSocket)
    server.on('tlsClientError', (error, socket: Socket) => {
      this.#logger.warn({ remote: socket.remoteAddress, reason: error.message }, 'a TLS handshake failed')
    })
    server.on('drop', (facts) => {
      this.#logger.warn(
        { ...facts, connectionsMax: limits.connectionsMax },
        'a connection was refused: connectionsMax are open',
      )
    })
    server.on('error', (error) => this.#logger.error({ err: error }, 'the listening socket failed'))
  }

  /** Calls `listener` for every new connection; returns a function that removes it. */
  onConnection(listener: (connection: Connection) => void): () => void {
    this.#connectListeners.add(listener)
    return () => this.#connectListeners.delete(listener)
  }

  /** Calls `listener` for every connection that ends; returns a function that removes it. */
  onDisconnect(listener: (connection: Connection, reason: Error | undefined) => void): () => void {
    this.#disconnectListeners.add(listener)
    return () => this.#disconnectListeners.delete(listener)
  }

  /** Stops listening, and closes every connection after writing its waiting bytes (for at most a second). */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#stopChecks()
      this.#server.close(() => resolve())
      for (const connection of [...this.#open]) connection.close()
    })
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  readonly #onSocket = (socket: Socket) => {
    // A peer that has gone before the accept no longer has an address.
    if (socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    const connection = new SocketConnection({
      socket,
      router: this.#router,
      limits: this.#limits,
      partialFrames: this.#partialFrames,
      serialization: Serialization.JSON,
      requestBufferBytesMax: this.#limits.pauseReadingBytes,
      pausesReading: true,
    })
    this.#traffic?.add(connection, socket)
    this.#open.add(connection)
    connection.onClose((reason) => this.#onClose(connection, reason))
    for (const listener of this.#connectListeners) listener(connection)
  }

  #onClose(connection: SocketConnection, reason: Error | undefined): void {
    this.#open.delete(connection)
    const facts = { remote: connection.remoteAddress, reason: reason?.message }
    if (reason === undefined || 'syscall' in reason) this.#logger.debug(facts, 'a connection ended')
    else this.#logger.warn(facts, 'a connection was cut')
    for (const listener of this.#disconnectListeners) listener(connection, reason)
  }
}

function listenError(host: string, port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') return remotingErrors.PORT_IN_USE({ host, port }, error)
  const reasons: Readonly<Record<string, string>> = {
    EADDRNOTAVAIL: `this machine has no address ${host}`,
    ENOTFOUND: `there is no host "${host}"`,
    EACCES: 'this user may not listen on that port',
  }
  const reason = reasons[error.code ?? ''] ?? messageOf(error)
  return remotingErrors.LISTEN_FAILED({ host, port, reason }, error)
}
