import type { resumeCheckHalfMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { TransactionResume } from '../transaction/transaction-resume.js'

/** An administrator wants a parked transaction to be asked for again. */
export function resumeCheckHalfMessageHandler(needs: {
  transactionResume: TransactionResume
}): HandlerOf<typeof resumeCheckHalfMessage> {
  return ({ fields }) => needs.transactionResume.resume(fields.msgId ?? '')
}
