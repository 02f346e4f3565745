import type { recallMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Recall } from '../timer/recall.js'

/** A producer takes a message back that waits for its time. Apache: RecallMessageProcessor. */
export function recallMessageHandler({ recall }: { recall: Recall }): HandlerOf<typeof recallMessage> {
  return (request) => recall.recall(request)
}
