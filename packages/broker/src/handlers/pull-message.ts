import type { pullMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Puller } from '../pull/puller.js'

/** Reads from a queue, or waits for its next message. */
export function pullMessageHandler({ puller }: { puller: Puller }): HandlerOf<typeof pullMessage> {
  return (request) => puller.pull(request)
}
