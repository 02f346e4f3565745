import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * An ordered consumer gives queues back; the body is an UnlockBatchRequestBody. Apache:
 * UnlockBatchMqRequestHeader.
 */
export const unlockBatchMq = defineCommand({
  code: RequestCode.UNLOCK_BATCH_MQ,
})
