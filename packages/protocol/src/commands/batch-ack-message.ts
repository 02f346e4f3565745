import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Acknowledges several messages taken by POP_MESSAGE; everything is in the body. Apache:
 * BatchAckMessageRequestBody.
 */
export const batchAckMessage = defineCommand({
  code: RequestCode.BATCH_ACK_MESSAGE,
})
