import { type Logger, Refusal } from '@rocketeer/foundation'
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
      try {
        return await transactionEnd.end(fields)
      } catch (error) {
        if (error instanceof Refusal) {
          const { producerGroup: group, commitLogOffset } = fields
          const facts = { group, producer: connection.remoteAddress, commitLogOffset }
          logger.warn(
            { ...facts, code: error.code, reason: error.message },
            'the outcome of a transaction was refused',
          )
        }
        throw error
      }
    }),

    // An administrator wants a parked transaction to be asked for again.
    route(resumeCheckHalfMessage, ({ fields }) => transactionResume.resume(fields.msgId ?? '')),
  ]
}
