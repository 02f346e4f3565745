import { messageQueueShape } from './message-queue.js'
import { bodyOf, flag, list, object, optional, text, type ValueOf } from './shape.js'

export const lockBatchRequestBodyShape = object({
  consumerGroup: optional(text()),
  clientId: optional(text()),
  onlyThisBroker: flag(),
  mqSet: list(messageQueueShape),
})

/** Queues to be locked. Apache: LockBatchRequestBody. */
export type LockBatchRequestBody = ValueOf<typeof lockBatchRequestBodyShape>

export const { encode: encodeLockBatchRequestBody, decode: decodeLockBatchRequestBody } = bodyOf(
  'LockBatchRequestBody',
  lockBatchRequestBodyShape,
)
