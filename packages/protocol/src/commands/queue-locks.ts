import { messageQueueShape } from '../bodies/routes.js'
import { bodyOf, flag, list, nullable, object, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * An ordered consumer locks queues; body LockBatchRequestBody, answered by LockBatchResponseBody. Apache:
 * LockBatchMqRequestHeader.
 */
export const lockBatchMq = defineCommand({
  code: RequestCode.LOCK_BATCH_MQ,
})

export const lockBatchRequestBodyShape = object({
  consumerGroup: nullable(string()),
  clientId: nullable(string()),
  onlyThisBroker: flag(),
  mqSet: list(messageQueueShape),
})

/** Queues to be locked. Apache: LockBatchRequestBody. */
export type LockBatchRequestBody = ValueOf<typeof lockBatchRequestBodyShape>

export const { encode: encodeLockBatchRequestBody, decode: decodeLockBatchRequestBody } = bodyOf(
  'LockBatchRequestBody',
  lockBatchRequestBodyShape,
)

export const lockBatchResponseBodyShape = object({
  lockOKMQSet: list(messageQueueShape),
})

/** The queues that are locked now. Apache: LockBatchResponseBody. */
export type LockBatchResponseBody = ValueOf<typeof lockBatchResponseBodyShape>

export const { encode: encodeLockBatchResponseBody, decode: decodeLockBatchResponseBody } = bodyOf(
  'LockBatchResponseBody',
  lockBatchResponseBodyShape,
)

/**
 * An ordered consumer gives queues back; the body is an UnlockBatchRequestBody. Apache:
 * UnlockBatchMqRequestHeader.
 */
export const unlockBatchMq = defineCommand({
  code: RequestCode.UNLOCK_BATCH_MQ,
})

export const unlockBatchRequestBodyShape = object({
  consumerGroup: nullable(string()),
  clientId: nullable(string()),
  onlyThisBroker: flag(),
  mqSet: list(messageQueueShape),
})

/** Queues to be unlocked. Apache: UnlockBatchRequestBody. */
export type UnlockBatchRequestBody = ValueOf<typeof unlockBatchRequestBodyShape>

export const { encode: encodeUnlockBatchRequestBody, decode: decodeUnlockBatchRequestBody } = bodyOf(
  'UnlockBatchRequestBody',
  unlockBatchRequestBodyShape,
)
