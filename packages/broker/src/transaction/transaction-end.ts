import type { Clock, Logger } from '@rocketeer/foundation'
import type { RequestFields } from '@rocketeer/protocol'
import type { endTransaction } from '@rocketeer/protocol/commands'
import { type EncodedHost, SysFlag } from '@rocketeer/protocol/record'
import type { Reply } from '@rocketeer/remoting'
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

export type EndTransactionFields = RequestFields<typeof endTransaction>

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

  async end(fields: EndTransactionFields): Promise<Reply> {
    const outcome = fields.commitOrRollback
    // The check will ask for it.
    if (outcome === 0) return {}
    if (outcome !== SysFlag.TRANSACTION_COMMIT && outcome !== SysFlag.TRANSACTION_ROLLBACK) {
      throw refusals.TRANSACTION_OUTCOME_UNKNOWN({ outcome })
    }
    const half = await this.#find(fields)
    this.#check(half, fields)
    return outcome === SysFlag.TRANSACTION_COMMIT ? this.#commit(half) : this.#rollBack(half)
  }

  async #find({ commitLogOffset }: EndTransactionFields): Promise<HalfMessage> {
    const bytes = await this.#needs.store.recordAt(commitLogOffset)
    const half = bytes && decodeHalf(bytes)
    if (half === undefined) throw refusals.HALF_MESSAGE_NOT_FOUND({ physicalOffset: commitLogOffset })
    return half
  }

  #check(half: HalfMessage, fields: EndTransactionFields): void {
    if (half.group !== fields.producerGroup)
      throw refusals.HALF_MESSAGE_OF_OTHER_GROUP({ group: fields.producerGroup })
    const { queueOffset } = half.record
    if (queueOffset !== fields.tranStateTableOffset) {
      const offsets = { asked: fields.tranStateTableOffset, actual: queueOffset }
      throw refusals.HALF_MESSAGE_OFFSET_MISMATCH({ physicalOffset: fields.commitLogOffset, ...offsets })
    }
    if (fields.fromTransactionCheck || half.immunityMs === undefined) return
    // Who sets a time of its own promises an answer within it; later ones must come from a check.
    const immunityMs = Math.max(half.immunityMs, this.#needs.config.current.transactionTimeoutMs)
    if (this.#needs.clock.now() - half.since > immunityMs)
      throw refusals.TRANSACTION_OUTCOME_LATE({ immunityMs })
  }

  async #commit(half: HalfMessage): Promise<Reply> {
    // Stored in a topic that is gone, nobody would ever receive it; the check parks it in the end.
    existingTopic(this.#needs.topics, half.topic, 'commitTransaction')
    const { gate, ledger } = this.#needs
    const bytes = half.record.body.length
    gate.enter(bytes)
    try {
      return answer(await ledger.end(half, () => this.#deliver(half)))
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

  async #rollBack(half: HalfMessage): Promise<Reply> {
    this.#needs.logger.info(
      { topic: half.topic, group: half.group, queueOffset: half.record.queueOffset },
      'transaction rolled back',
    )
    return answer(await this.#needs.ledger.end(half, () => Promise.resolve()))
  }
}

function answer(endedNow: boolean): Reply {
  return endedNow ? {} : { remark: 'the transaction had ended before; nothing was changed' }
}
