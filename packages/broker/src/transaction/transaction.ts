import type { Resources } from '@rocketeer/foundation'
import type { ProducerRegistry } from '../clients/producer-registry.js'
import { CheckBack } from './check-back.js'
import type { OperationLogNeeds } from './operation-log.js'
import { TransactionCheck, type TransactionCheckNeeds } from './transaction-check.js'
import { TransactionEnd, type TransactionEndNeeds } from './transaction-end.js'
import { TransactionLedger } from './transaction-ledger.js'
import { TransactionResume, type TransactionResumeNeeds } from './transaction-resume.js'

export type TransactionNeeds = OperationLogNeeds &
  Omit<TransactionCheckNeeds & TransactionEndNeeds, 'ledger' | 'checkBack'> &
  TransactionResumeNeeds & { readonly producers: ProducerRegistry }

/** Messages that wait for the outcome of their producer's transaction. */
export interface Transaction {
  readonly transactionLedger: TransactionLedger
  readonly transactionCheck: TransactionCheck
  readonly transactionEnd: TransactionEnd
  readonly transactionResume: TransactionResume
}

/** Finds the transactions that are open. */
export async function openTransaction(needs: TransactionNeeds, resources: Resources): Promise<Transaction> {
  const ledger = resources.use(await TransactionLedger.open(needs))
  const transactionCheck = new TransactionCheck({ ...needs, ledger, checkBack: new CheckBack(needs) })
  return {
    transactionLedger: ledger,
    transactionCheck,
    transactionEnd: new TransactionEnd({ ...needs, ledger }),
    transactionResume: new TransactionResume(needs),
  }
}
