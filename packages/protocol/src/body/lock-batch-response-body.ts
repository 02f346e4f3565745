import { messageQueueShape } from './message-queue.js'
import { bodyOf, list, object, type ValueOf } from './shape.js'

export const lockBatchResponseBodyShape = object({
  lockOKMQSet: list(messageQueueShape),
})

/** The queues that are locked now. Apache: LockBatchResponseBody. */
export type LockBatchResponseBody = ValueOf<typeof lockBatchResponseBodyShape>

export const { encode: encodeLockBatchResponseBody, decode: decodeLockBatchResponseBody } = bodyOf(
  'LockBatchResponseBody',
  lockBatchResponseBodyShape,
)
