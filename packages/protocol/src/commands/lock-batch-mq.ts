import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * An ordered consumer locks queues; body LockBatchRequestBody, answered by LockBatchResponseBody. Apache:
 * LockBatchMqRequestHeader.
 */
export const lockBatchMq = defineCommand({
  code: RequestCode.LOCK_BATCH_MQ,
})
