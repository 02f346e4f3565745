import type { litePullMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Puller } from '../pull/puller.js'

/** PULL_MESSAGE under the code DefaultLitePullConsumer uses. */
export function litePullMessageHandler({ puller }: { puller: Puller }): HandlerOf<typeof litePullMessage> {
  return (request) => puller.pull(request)
}
