import { type Logger, Refusal } from '@rocketeer/foundation'
import type { RequestFields } from '@rocketeer/protocol'
import { endTransaction, resumeCheckHalfMessage } from '@rocketeer/protocol/commands'
import { SysFlag } from '@rocketeer/protocol/record'
import { type Route, route } from '@rocketeer/remoting'
import { refusals } from '../errors.js'
import type { TransactionEnd } from './transaction-end.js'
import type { TransactionResume } from './transaction-resume.js'

interface Needs {
  readonly transactionEnd: TransactionEnd
  readonly transactionResume: TransactionResume
  readonly logger: Logger
}

type EndFields = RequestFields<typeof endTransaction>

const UNKNOWN = 0

export function transactionRoutes({ transactionEnd, transactionResume, logger }: Needs): Route[] {
  const end = async (fields: EndFields) => {
    // The producer does not know yet: the check will ask again.
    if (fields.commitOrRollback === UNKNOWN) return {}
    const endedNow = await transactionEnd.end({
      group: fields.producerGroup,
      outcome: outcomeOf(fields),
      physicalOffset: fields.commitLogOffset,
      queueOffset: fields.tranStateTableOffset,
      checked: fields.fromTransactionCheck,
    })
    return endedNow ? {} : { remark: 'the transaction was settled before; nothing was changed' }
  }
  return [
    // A producer tells the outcome of its transaction; clients do so one-way, so a refusal is logged as well.
    route(endTransaction, async ({ fields, connection }) => {
      try {
        return await end(fields)
      } catch (error) {
        if (error instanceof Refusal) {
          const { producerGroup: group, commitLogOffset } = fields
          const facts = { group, producer: connection.remoteAddress, commitLogOffset }
          const { code, message: reason } = error
          logger.warn({ ...facts, code, reason }, 'the outcome of a transaction was refused')
        }
        throw error
      }
    }),

    // An administrator has a parked transaction checked again.
    route(resumeCheckHalfMessage, async ({ fields }) => {
      await transactionResume.resume(fields.msgId ?? '')
      return {}
    }),
  ]
}

function outcomeOf({ commitOrRollback: outcome }: EndFields): 'commit' | 'rollback' {
  if (outcome === SysFlag.TRANSACTION_COMMIT) return 'commit'
  if (outcome === SysFlag.TRANSACTION_ROLLBACK) return 'rollback'
  throw refusals.TRANSACTION_OUTCOME_UNKNOWN({ outcome })
}
