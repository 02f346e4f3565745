import type { FieldTable, FieldValues } from '@rocketeer/protocol'
import type { Connection } from './connection.js'

/** What a handler sees of a request. Holding one does not keep the receive buffer, unless it has a body. */
export interface Request<Fields extends FieldTable = FieldTable> {
  readonly code: number
  readonly opaque: number
  /** True when the peer expects no answer; whatever the handler returns is dropped. */
  readonly oneway: boolean
  readonly language: number
  readonly version: number
  /** The decoded header. */
  readonly fields: FieldValues<Fields>
  /** A view of the receive buffer: copy what is kept for long. */
  readonly body: Buffer
  readonly connection: Connection
}

/** What a handler answers. */
export interface Reply<Fields extends FieldTable = FieldTable> {
  /** SUCCESS unless told. */
  readonly code?: number | undefined
  readonly remark?: string | undefined
  readonly fields?: FieldValues<Fields> | undefined
  /** Parts from 4 KiB on are shared, not copied: leave them unchanged. */
  readonly body?: Buffer | readonly Buffer[] | undefined
}
