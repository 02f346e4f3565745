import type { Command } from '@rocketeer/protocol'
import type { Handler } from '@rocketeer/remoting'

/** The handler that fits a command, for example `HandlerOf<typeof pullMessage>`. */
export type HandlerOf<Of> =
  Of extends Command<infer Request, infer Response> ? Handler<Request, Response> : never
