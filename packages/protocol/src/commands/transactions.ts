import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * The transaction end: commits or rolls back a half message, or says that its outcome is not known yet:
 * `commitOrRollback` is one of the TRANSACTION bits of `SysFlag`, 0 for unknown. Apache: EndTransactionRequestHeader.
 */
export const endTransaction = defineCommand({
  code: RequestCode.END_TRANSACTION,
  request: {
    topic: optional(text()),
    producerGroup: text(),
    tranStateTableOffset: int64(),
    commitLogOffset: int64(),
    commitOrRollback: int32(),
    fromTransactionCheck: boolean({ default: false }),
    msgId: text(),
    transactionId: optional(text()),
    bname: optional(text()),
  },
})

/**
 * The check-back: the broker asks a producer for the outcome of a half message; the body is the half message's record.
 * Apache: CheckTransactionStateRequestHeader.
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

/**
 * Starts the check-backs of a half message anew after they were used up. Apache: ResumeCheckHalfMessageRequestHeader.
 */
export const resumeCheckHalfMessage = defineCommand({
  code: RequestCode.RESUME_CHECK_HALF_MESSAGE,
  request: {
    topic: optional(text()),
    msgId: optional(text()),
  },
})
