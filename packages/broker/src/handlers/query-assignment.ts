import {
  decodeQueryAssignmentRequestBody,
  encodeQueryAssignmentResponseBody,
  type queryAssignment,
} from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Assigner } from '../assignment/assigner.js'

/** What Java writes for a body without assignments: the client keeps its queues. */
const NO_ANSWER = Buffer.from('{}')

/** A consumer asks for its queues. */
export function queryAssignmentHandler({
  assigner,
}: {
  assigner: Assigner
}): HandlerOf<typeof queryAssignment> {
  return async ({ body }) => {
    const assignment = await assigner.assign(decodeQueryAssignmentRequestBody(body))
    if (assignment === undefined) return { body: NO_ANSWER }
    const { queues, mode } = assignment
    return {
      body: encodeQueryAssignmentResponseBody({
        messageQueueAssignments: queues.map((messageQueue) => ({ messageQueue, mode })),
      }),
    }
  }
}
