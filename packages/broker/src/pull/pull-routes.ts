import { ResponseCode } from '@rocketeer/protocol'
import { litePullMessage, pullMessage } from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { Puller, PullRequest, PullResult } from './puller.js'

const CODES = {
  found: ResponseCode.SUCCESS,
  nothing: ResponseCode.PULL_NOT_FOUND,
  retry: ResponseCode.PULL_RETRY_IMMEDIATELY,
  moved: ResponseCode.PULL_OFFSET_MOVED,
}

/** Apache: PullMessageProcessor. */
export function pullRoutes({ puller }: { puller: Puller }): Route[] {
  const pull = (request: PullRequest) => puller.pull(request)
  return [
    route(pullMessage, pull, pulledReply),
    // The same under the code DefaultLitePullConsumer uses.
    route(litePullMessage, pull, pulledReply),
  ]
}

/** No object is made for the fields: this is done for every pull. */
function pulledReply(pulled: PullResult) {
  const { kind, status } = pulled.outcome
  return { code: CODES[kind], remark: status, fields: pulled, body: pulled.records, onSent: pulled.release }
}
