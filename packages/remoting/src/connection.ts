import type { Command, FieldTable, FieldValues } from '@rocketeer/protocol'
import type { EncodedHost } from '@rocketeer/protocol/record'

/** An answer. `fields` are decoded when first asked for, since an error response seldom has them. */
export interface Response<Fields extends FieldTable = FieldTable> {
  readonly code: number
  readonly remark: string | undefined
  /** Throws `HEADER_FIELD_MISSING` or `HEADER_FIELD_INVALID`. */
  readonly fields: FieldValues<Fields>
  /** A view of the receive buffer: copy what is kept for long. */
  readonly body: Buffer
}

export interface CallOptions {
  /** Real time to wait for the answer, 3,000 ms unless told. Apache: the timeoutMillis most client calls use. */
  timeoutMs?: number | undefined
  /** Milliseconds of `timeoutMs` that have passed before the request is made, for example with connecting. */
  spentMs?: number | undefined
  /** Ends the wait with the signal's reason; the peer is not told. */
  signal?: AbortSignal | undefined
}

/** The other end, as somebody sees it who only has to know whether it is still there. */
export interface Peer {
  readonly closed: boolean
  /** Calls `listener` once, when the peer is gone; at once when it is gone already. Returns how to stop listening. */
  onClose(listener: () => void): () => void
}

/** One TCP connection, seen from either end. Both ends may send requests. */
export interface Connection extends Peer {
  /** Unique within the process. */
  readonly id: number
  /** `ip:port` or `[ipv6]:port`. */
  readonly remoteAddress: string
  readonly localAddress: string
  /** Encoded as records hold it: the peer's is the born host of what it sends. */
  readonly remoteHost: EncodedHost
  readonly localHost: EncodedHost
  /** Bytes that wait to be written or that the kernel has not accepted yet. */
  readonly bufferedBytes: number
  /** True while no requests are read because the peer does not read its answers, or has too many requests open. */
  readonly paused: boolean

  /**
   * Sends a request and waits for its answer, whatever the answer's code. Rejects with `REQUEST_TIMEOUT`,
   * `CONNECTION_CLOSED`, `TOO_MANY_PENDING`, `SEND_BUFFER_FULL` or the signal's reason. From 4 KiB on `body` is
   * shared, not copied: leave it unchanged until the answer is here.
   */
  request<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
    options?: CallOptions,
  ): Promise<Response<R>>

  /** Sends a request nobody answers. Throws `CONNECTION_CLOSED` or `SEND_BUFFER_FULL`. */
  oneway<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
  ): void

  /** Besides what a peer's does, gives the reason, which is missing when an end closed the connection in order. */
  onClose(listener: (reason: Error | undefined) => void): () => void

  /** Without a reason, waiting bytes are still written, for at most a second; with one the connection is cut at once. */
  close(reason?: Error): void
}
