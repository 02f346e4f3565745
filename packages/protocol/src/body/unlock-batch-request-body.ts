import { messageQueueShape } from './message-queue.js'
import { bodyOf, flag, list, object, optional, text, type ValueOf } from './shape.js'

export const unlockBatchRequestBodyShape = object({
  consumerGroup: optional(text()),
  clientId: optional(text()),
  onlyThisBroker: flag(),
  mqSet: list(messageQueueShape),
})

/** Queues to be unlocked. Apache: UnlockBatchRequestBody. */
export type UnlockBatchRequestBody = ValueOf<typeof unlockBatchRequestBodyShape>

export const { encode: encodeUnlockBatchRequestBody, decode: decodeUnlockBatchRequestBody } = bodyOf(
  'UnlockBatchRequestBody',
  unlockBatchRequestBodyShape,
)
