import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64, optional, text } from '../command/field.js'

/**
 * The broker asks a producer for the outcome of a half message; the body is the half message's record. Apache:
 * CheckTransactionStateRequestHeader.
 */
export const checkTransactionState = defineCommand({
  code: RequestCode.CHECK_TRANSACTION_STATE,
  request: {
    topic: optional(text()),
    tranStateTableOffset: int64(),
    commitLogOffset: int64(),
    msgId: optional(text()),
    transactionId: optional(text()),
    offsetMsgId: optional(text()),
    bname: optional(text()),
  },
})
