import { messageOf, type WorkInFlight } from '@rocketeer/foundation'
import type { RequestFields } from '@rocketeer/protocol'
import { type checkTransactionState, endTransaction } from '@rocketeer/protocol/commands'
import { SysFlag } from '@rocketeer/protocol/record'
import type { Connection } from '@rocketeer/remoting'
import { clientErrors } from '../errors.js'
import { TaskPool } from '../handling/task-pool.js'
import type { Message } from '../messages/received-message.js'
import type { Problems } from '../problems.js'
import type { Tracer } from '../trace/tracer.js'
import type { TransactionOutcome, TransactionProducerConfig } from './transaction-options.js'

/** The bits that tell an outcome in END_TRANSACTION. Apache: EndTransactionProcessor. */
export const OUTCOME_BITS: Readonly<Record<TransactionOutcome, number>> = {
  commit: SysFlag.TRANSACTION_COMMIT,
  rollback: SysFlag.TRANSACTION_ROLLBACK,
  unknown: 0,
}

/** The broker that asks. */
type CheckingBroker = Pick<Connection, 'remoteAddress' | 'oneway'>

interface TransactionChecksNeeds {
  config: Pick<TransactionProducerConfig, 'group' | 'check' | 'checkConcurrency' | 'checksWaitingMax'>
  tracer: Tracer | undefined
  problems: Problems
  /** Of a manual clock, which stands still while a check runs. */
  inFlight?: WorkInFlight | undefined
}

/** Answers the check-backs of brokers for one producer group. Apache: TransactionMQProducer.checkExecutor. */
export class TransactionChecks {
  readonly #needs: TransactionChecksNeeds
  readonly #pool: TaskPool
  #closed = false

  constructor(needs: TransactionChecksNeeds) {
    this.#needs = needs
    this.#pool = new TaskPool(needs.config.checkConcurrency)
  }

  /** Answers on the connection the broker asked on. A check that finds no room is dropped: the broker asks again. */
  answer(
    message: Message,
    asked: RequestFields<typeof checkTransactionState>,
    connection: CheckingBroker,
  ): void {
    const { config, tracer, problems } = this.#needs
    if (this.#closed || this.#pool.waiting >= config.checksWaitingMax) return
    this.#pool.add(async () => {
      try {
        const outcome = await this.#outcomeOf(message)
        tracer?.ended(config.group, {
          topic: message.topic,
          messageId: message.messageId,
          properties: message.properties,
          storeHost: () => connection.remoteAddress,
          outcome,
          fromCheck: true,
        })
        connection.oneway(endTransaction, {
          topic: asked.topic,
          producerGroup: config.group,
          tranStateTableOffset: asked.tranStateTableOffset,
          commitLogOffset: asked.commitLogOffset,
          commitOrRollback: OUTCOME_BITS[outcome],
          fromTransactionCheck: true,
          msgId: message.messageId,
          transactionId: asked.transactionId,
          bname: asked.bname,
        })
      } catch (error) {
        problems.report(error)
      }
    })
  }

  /** Begins no more checks. */
  stop(): void {
    this.#closed = true
  }

  /** Resolves when no check is under way. */
  idle(): Promise<void> {
    return this.#pool.idle()
  }

  #check(message: Message): unknown {
    const { config, inFlight } = this.#needs
    if (inFlight === undefined) return config.check(message)
    const describe = () => `the check of group "${config.group}" for message ${message.messageId}`
    return inFlight.run<unknown>(describe, () => config.check(message))
  }

  async #outcomeOf(message: Message): Promise<TransactionOutcome> {
    try {
      const answer = await this.#check(message)
      if (!isOutcome(answer))
        throw new TypeError(`it answered ${String(answer)}, not commit, rollback or unknown`)
      return answer
    } catch (error) {
      const { messageId } = message
      this.#needs.problems.report(clientErrors.CHECK_FAILED({ messageId, reason: messageOf(error) }, error))
      return 'unknown'
    }
  }
}

/** JavaScript callers may answer anything; only commit and rollback end a transaction. */
export function isOutcome(answer: unknown): answer is TransactionOutcome {
  return answer === 'commit' || answer === 'rollback' || answer === 'unknown'
}
