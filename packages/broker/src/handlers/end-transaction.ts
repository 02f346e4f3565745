import type { Logger } from '@rocketeer/foundation'
import { type endTransaction, ResponseCode } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { TransactionEnd } from '../transaction/transaction-end.js'

/** A producer tells the outcome of its transaction; clients do so one-way, so a refusal is logged as well. */
export function endTransactionHandler(needs: {
  transactionEnd: TransactionEnd
  logger: Logger
}): HandlerOf<typeof endTransaction> {
  return async ({ fields, connection }) => {
    const reply = await needs.transactionEnd.end(fields)
    if ((reply.code ?? ResponseCode.SUCCESS) !== ResponseCode.SUCCESS) {
      const { producerGroup: group, commitLogOffset } = fields
      const producer = connection.remoteAddress
      needs.logger.warn(
        { group, producer, commitLogOffset, code: reply.code, reason: reply.remark },
        'the outcome of a transaction was refused',
      )
    }
    return reply
  }
}
