import type { Logger } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { endTransaction, resumeCheckHalfMessage } from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { TransactionEnd } from './transaction-end.js'
import type { TransactionResume } from './transaction-resume.js'

interface Needs {
  readonly transactionEnd: TransactionEnd
  readonly transactionResume: TransactionResume
  readonly logger: Logger
}

export function transactionRoutes({ transactionEnd, transactionResume, logger }: Needs): Route[] {
  return [
    // A producer tells the outcome of its transaction; clients do so one-way, so a refusal is logged as well.
    route(endTransaction, async ({ fields, connection }) => {
      const reply = await transactionEnd.end(fields)
      if ((reply.code ?? ResponseCode.SUCCESS) !== ResponseCode.SUCCESS) {
        const { producerGroup: group, commitLogOffset } = fields
        const producer = connection.remoteAddress
        logger.warn(
          { group, producer, commitLogOffset, code: reply.code, reason: reply.remark },
          'the outcome of a transaction was refused',
        )
      }
      return reply
    }),

    // An administrator wants a parked transaction to be asked for again.
    route(resumeCheckHalfMessage, ({ fields }) => transactionResume.resume(fields.msgId ?? '')),
  ]
}
