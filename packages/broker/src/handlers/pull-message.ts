import type { pullMessage } from '@rocketeer/protocol'
import type { Puller } from '../pull/puller.js'
import type { HandlerOf } from './handler-of.js'

/** Reads from a queue, or waits for its next message. */
export function pullMessageHandler({ puller }: { puller: Puller }): HandlerOf<typeof pullMessage> {
  return (request) => puller.pull(request)
}
