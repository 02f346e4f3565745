import type { Command, FieldTable, FieldValues } from '@rocketeer/protocol'
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

/** Answers at once, or later through a promise. What it throws becomes the answer, see `Router`. */
export type Handler<Q extends FieldTable = FieldTable, R extends FieldTable = FieldTable> = (
  request: Request<Q>,
) => Reply<R> | Promise<Reply<R>>

/** The handler of a command, for example `HandlerOf<typeof pullMessage>`. */
export type HandlerOf<Of> = Of extends Command<infer Q, infer R> ? Handler<Q, R> : never

/** A command and who handles it. */
export interface Route {
  // biome-ignore lint/suspicious/noExplicitAny: a list of routes mixes commands; `route` checked each pair
  readonly command: Command<any, any>
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly handler: Handler<any, any>
}

/** Pairs a command with a handler of the same fields. */
export function route<Q extends FieldTable, R extends FieldTable>(
  command: Command<Q, R>,
  handler: Handler<Q, R>,
): Route {
  return { command, handler }
}
