import type { FieldTable, FieldValues } from '@rocketeer/protocol'
import type { Connection } from './connection.js'

/** A request as its handler sees it. Keeping one keeps the receive buffer alive only if the request has a body. */
export interface Request<Fields extends FieldTable = FieldTable> {
  readonly code: number
  readonly opaque: number
  /** True when the peer expects no answer; the handler's reply is dropped. */
  readonly oneway: boolean
  readonly language: number
  readonly version: number
  /** The decoded header. */
  readonly fields: FieldValues<Fields>
  /** A view of the receive buffer: copy it to keep it for long. */
  readonly body: Buffer
  readonly connection: Connection
}

/** A handler's answer. */
export interface Reply<Fields extends FieldTable = FieldTable> {
  /** A `ResponseCode`; default SUCCESS. */
  readonly code?: number | undefined
  readonly remark?: string | undefined
  readonly fields?: FieldValues<Fields> | undefined
  /** Parts of 4 KiB or more are shared, not copied: leave them unchanged until `onSent`. */
  readonly body?: Buffer | readonly Buffer[] | undefined
  /**
   * Called when the answer has left and the memory of its body may be used for something else. An answer that does not
   * get so far, because nobody expects it or its connection ends, is forgotten without a call.
   */
  readonly onSent?: (() => void) | undefined
}
