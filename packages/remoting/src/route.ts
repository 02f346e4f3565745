import type { Command, FieldTable } from '@rocketeer/protocol'
import type { Reply, Request } from './request.js'

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
