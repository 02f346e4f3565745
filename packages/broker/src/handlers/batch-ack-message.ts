import type { batchAckMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Acknowledger } from '../pop/acknowledger.js'

/** Several popped messages were consumed. */
export function batchAckMessageHandler({
  acknowledger,
}: {
  acknowledger: Acknowledger
}): HandlerOf<typeof batchAckMessage> {
  return ({ body }) => acknowledger.acknowledgeBatch(body)
}
