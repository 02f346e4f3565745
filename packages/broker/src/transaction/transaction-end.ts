import type { Clock, Logger } from '@rocketeer/foundation'
import type { EncodedHost } from '@rocketeer/protocol/record'
import type { MessageStore } from '@rocketeer/store'
import { existingTopic } from '../access/access.js'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { Appender } from '../writing/appender.js'
import type { SendGate } from '../writing/send-gate.js'
import { committedMessage, decodeHalf, type HalfMessage } from './half-message.js'
import type { TransactionLedger } from './transaction-ledger.js'

/** What a producer says of one of its half messages. */
export interface TransactionOutcome {
  readonly group: string
  readonly outcome: 'commit' | 'rollback'
  /** Where the half message is in the commit log, and in the half queue. */
  readonly physicalOffset: number
  readonly queueOffset: number
  /** True for the answer to a check; false when the producer tells the outcome unasked. */
  readonly checked: boolean
}

export interface TransactionEndNeeds {
  readonly store: MessageStore
  readonly appender: Appender
  readonly topics: TopicTable
  readonly ledger: TransactionLedger
  readonly gate: SendGate
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly storeHost: () => EncodedHost
}

/**
 * A producer tells the outcome of a transaction: a committed half message goes to its topic, a rolled back one is
 * forgotten, one that is unknown stays for the check. Apache: EndTransactionProcessor.
 */
export class TransactionEnd {
  readonly #needs: TransactionEndNeeds

  constructor(needs: TransactionEndNeeds) {
    this.#needs = needs
  }

  /** False when the transaction has ended before: nothing is changed. Throws why the outcome is not accepted. */
  async end(outcome: TransactionOutcome): Promise<boolean> {
    const half = await this.#find(outcome.physicalOffset)
    this.#check(half, outcome)
    return outcome.outcome === 'commit' ? this.#commit(half) : this.#rollBack(half)
  }

  async #find(physicalOffset: number): Promise<HalfMessage> {
    const bytes = await this.#needs.store.recordAt(physicalOffset)
    const half = bytes && decodeHalf(bytes)
    if (half === undefined) throw refusals.HALF_MESSAGE_NOT_FOUND({ physicalOffset })
    return half
  }

  #check(half: HalfMessage, { group, physicalOffset, queueOffset, checked }: TransactionOutcome): void {
    if (half.group !== group) throw refusals.HALF_MESSAGE_OF_OTHER_GROUP({ group })
    const actual = half.record.queueOffset
    if (queueOffset !== actual)
      throw refusals.HALF_MESSAGE_OFFSET_MISMATCH({ physicalOffset, named: queueOffset, actual })
    if (checked || half.immunityMs === undefined) return
    // A producer that sets an immunity time promises to answer within it; a later answer must be one to a check.
    const immunityMs = Math.max(half.immunityMs, this.#needs.config.current.transactionTimeoutMs)
    if (this.#needs.clock.now() - half.since > immunityMs)
      throw refusals.TRANSACTION_OUTCOME_LATE({ immunityMs })
  }

  async #commit(half: HalfMessage): Promise<boolean> {
    // In a topic that is deleted nobody would receive it. It stays open, and the check parks it in the end.
    existingTopic(this.#needs.topics, half.topic, 'commitTransaction')
    const { gate, ledger } = this.#needs
    const bytes = half.record.body.length
    gate.enter(bytes)
    try {
      return await ledger.end(half, () => this.#deliver(half))
    } finally {
      gate.leave(bytes)
    }
  }

  async #deliver(half: HalfMessage): Promise<void> {
    const { appender, stats, storeHost } = this.#needs
    const message = committedMessage(half, storeHost())
    const { recordBytes } = await appender.append(message)
    stats.onPut(message.topic, 1, recordBytes)
  }

  async #rollBack(half: HalfMessage): Promise<boolean> {
    this.#needs.logger.info(
      { topic: half.topic, group: half.group, queueOffset: half.record.queueOffset },
      'transaction rolled back',
    )
    return this.#needs.ledger.end(half, () => Promise.resolve())
  }
}
