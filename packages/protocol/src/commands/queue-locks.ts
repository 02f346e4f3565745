import { MessageQueue } from '../bodies/routes.js'
import { body } from '../body/body.js'
import { flag, list, nullable, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * An ordered consumer locks queues; body LockBatchRequestBody, answered by LockBatchResponseBody. Apache:
 * LockBatchMqRequestHeader.
 */
export const lockBatchMq = defineCommand({
  code: RequestCode.LOCK_BATCH_MQ,
})

/** Queues of one member of a group. */
const queuesOfMember = {
  consumerGroup: nullable(string()),
  clientId: nullable(string()),
  onlyThisBroker: flag(),
  mqSet: list(MessageQueue),
}

/** Queues to be locked. Apache: LockBatchRequestBody. */
export const LockBatchRequestBody = body('LockBatchRequestBody', queuesOfMember)
export type LockBatchRequestBody = ValueOf<typeof LockBatchRequestBody>

/** The queues that are locked now. Apache: LockBatchResponseBody. */
export const LockBatchResponseBody = body('LockBatchResponseBody', {
  lockOKMQSet: list(MessageQueue),
})
export type LockBatchResponseBody = ValueOf<typeof LockBatchResponseBody>

/** An ordered consumer unlocks queues; the body is an UnlockBatchRequestBody. Apache: UnlockBatchMqRequestHeader. */
export const unlockBatchMq = defineCommand({
  code: RequestCode.UNLOCK_BATCH_MQ,
})

/** Queues to be unlocked. Apache: UnlockBatchRequestBody. */
export const UnlockBatchRequestBody = body('UnlockBatchRequestBody', queuesOfMember)
export type UnlockBatchRequestBody = ValueOf<typeof UnlockBatchRequestBody>
