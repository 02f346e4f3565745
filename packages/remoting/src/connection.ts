import type { Command, FieldTable, FieldValues } from '@rocketeer/protocol'
import type { EncodedHost } from '@rocketeer/protocol/record'

/** The answer to a request. */
export interface Response<Fields extends FieldTable = FieldTable> {
  readonly code: number
  readonly remark: string | undefined
  /**
   * Decoded on first access, because an error response seldom has any. Reading it throws `HEADER_FIELD_MISSING` or
   * `HEADER_FIELD_INVALID`.
   */
  readonly fields: FieldValues<Fields>
  /** A view of the receive buffer: copy it to keep it for long. */
  readonly body: Buffer
}

export interface CallOptions {
  /** Milliseconds of real time to wait for the answer; default 3,000. Apache: the timeoutMillis of most client calls. */
  timeoutMs?: number | undefined
  /** Milliseconds of `timeoutMs` that were used up before the request is sent, for example by connecting. */
  spentMs?: number | undefined
  /** The answer may wait for a message or a handler: a manual clock does not wait for it. */
  mayWait?: boolean | undefined
  /** Aborting it rejects the call with the signal's reason; the peer does not learn of that. */
  signal?: AbortSignal | undefined
}

/** The other end of a connection, for code that only has to know whether it is still there. */
export interface Peer {
  readonly closed: boolean
  /** Calls `listener` once, when the peer is gone, or at once if it is gone already. Returns a function that removes it. */
  onClose(listener: () => void): () => void
}

/** One TCP connection, seen from either end. Both ends may send requests. */
export interface Connection extends Peer {
  /** Unique within the process. */
  readonly id: number
  /** `ip:port` or `[ipv6]:port`. */
  readonly remoteAddress: string
  readonly localAddress: string
  /** The peer's address encoded as in records, where it is the born host of messages the peer sends. */
  readonly remoteHost: EncodedHost
  readonly localHost: EncodedHost
  /** Bytes that wait to be written or that the kernel has not accepted yet. */
  readonly bufferedBytes: number
  /** True while no requests are read, because the peer does not read its answers or has too many requests open. */
  readonly paused: boolean

  /**
   * Sends a request and resolves with its answer, whatever the answer's code. Rejects with `REQUEST_TIMEOUT`,
   * `CONNECTION_CLOSED`, `TOO_MANY_PENDING`, `SEND_BUFFER_FULL` or the signal's reason. A body of 4 KiB or more is
   * shared, not copied: leave it unchanged until the answer arrives.
   */
  request<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
    options?: CallOptions,
  ): Promise<Response<R>>

  /** Sends a request that the peer does not answer. Throws `CONNECTION_CLOSED` or `SEND_BUFFER_FULL`. */
  oneway<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
  ): void

  /** As `Peer.onClose`; the reason is `undefined` when one end closed the connection in an orderly way. */
  onClose(listener: (reason: Error | undefined) => void): () => void

  /** Without a reason, waiting bytes are still written, for at most a second. With one, the socket is destroyed at once. */
  close(reason?: Error): void
}
