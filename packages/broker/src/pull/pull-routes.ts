import { litePullMessage, pullMessage } from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { Puller } from './puller.js'

/** Apache: PullMessageProcessor. */
export function pullRoutes({ puller }: { puller: Puller }): Route[] {
  return [
    route(pullMessage, (request) => puller.pull(request)),
    // The same under the code DefaultLitePullConsumer uses.
    route(litePullMessage, (request) => puller.pull(request)),
  ]
}
