import type { ackMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Acknowledger } from '../pop/acknowledger.js'

/** A popped message was consumed. */
export function ackMessageHandler({
  acknowledger,
}: {
  acknowledger: Acknowledger
}): HandlerOf<typeof ackMessage> {
  return ({ fields }) => acknowledger.acknowledge(fields)
}
