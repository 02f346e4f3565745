import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * Commits or rolls back a half message, or says that the outcome is not known yet: `commitOrRollback` is one of
 * the TRANSACTION bits of `SysFlag`, 0 for unknown. Apache: EndTransactionRequestHeader.
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
