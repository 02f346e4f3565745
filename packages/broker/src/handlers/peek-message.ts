import type { peekMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Peeker } from '../pop/peeker.js'

/** Shows messages without taking them. */
export function peekMessageHandler({ peeker }: { peeker: Peeker }): HandlerOf<typeof peekMessage> {
  return ({ fields }) => peeker.peek(fields)
}
