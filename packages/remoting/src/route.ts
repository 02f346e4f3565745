import type { Command, FieldTable } from '@rocketeer/protocol'
import type { Reply, Request } from './request.js'

/** Answers at once, or later through a promise. An error it throws is turned into an answer, see `Router`. */
export type Handler<Q extends FieldTable = FieldTable, R extends FieldTable = FieldTable> = (
  request: Request<Q>,
) => Reply<R> | Promise<Reply<R>>

/** The handler of a command, for example `HandlerOf<typeof pullMessage>`. */
export type HandlerOf<Of> = Of extends Command<infer Q, infer R> ? Handler<Q, R> : never

/** A command, its handler, and how the handler's result becomes a reply. */
export interface Route {
  // biome-ignore lint/suspicious/noExplicitAny: a list of routes mixes commands; `route` checked each pair
  readonly command: Command<any, any>
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly handler: (request: Request<any>) => unknown
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly toReply: ((result: any) => Reply) | undefined
}

/** Pairs a command with a handler that takes its request fields and replies with its response fields. */
export function route<Q extends FieldTable, R extends FieldTable>(
  command: Command<Q, R>,
  handler: Handler<Q, R>,
): Route
/**
 * The same for a handler that does not know replies: `toReply` makes one from the handler's result, or from the value
 * its promise resolves to, without a further promise.
 */
export function route<Q extends FieldTable, R extends FieldTable, Result>(
  command: Command<Q, R>,
  handler: (request: Request<Q>) => Result | Promise<Result>,
  toReply: (result: Result) => Reply<R>,
): Route
export function route(
  command: Route['command'],
  handler: Route['handler'],
  toReply?: Route['toReply'],
): Route {
  return { command, handler, toReply }
}
