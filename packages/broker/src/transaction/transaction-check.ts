import { type Clock, type Logger, messageOf, Rounds } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { type EncodedHost, recordQueueOffset, recordsIn } from '@rocketeer/protocol/record'
import { type AppendResult, isUnstorable, type MessageStore, type MessageToStore } from '@rocketeer/store'
import type { Duty } from '../duties/duties.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import { type SetAside, whereItLies } from '../tables/set-aside.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { CheckBack } from './check-back.js'
import { copyOfHalf, decodeHalf, HALF_QUEUE, type HalfMessage, parkedMessage } from './half-message.js'
import type { TransactionLedger } from './transaction-ledger.js'

/** Half messages in memory at once. */
const BATCH_LIMITS = { messagesMax: 64, bytesMax: 1024 * 1024 }

export interface TransactionCheckNeeds {
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly setAside: SetAside
  readonly ledger: TransactionLedger
  readonly checkBack: CheckBack
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly storeHost: () => EncodedHost
}

/**
 * Walks over the half queue, `transactionCheckIntervalMs` after the last walk, and asks for the outcome of transactions
 * that have been open for longer than `transactionTimeoutMs`, at most `transactionChecksMax` times; then they are parked in
 * TRANS_CHECK_MAX_TIME_TOPIC. One that stays open is stored again at the end of the queue first, so that no walk has to
 * go back, and a start finds it there. Apache: TransactionalMessageServiceImpl.check.
 */
export class TransactionCheck implements Duty {
  readonly #needs: TransactionCheckNeeds
  readonly #rounds: Rounds

  constructor(needs: TransactionCheckNeeds) {
    this.#needs = needs
    const intervalMs = () => needs.config.current.transactionCheckIntervalMs
    this.#rounds = new Rounds({
      clock: needs.clock,
      round: async () => {
        await this.#walk()
        return needs.clock.now() + intervalMs()
      },
      retryAfterMs: intervalMs,
      onFailure: (error) =>
        needs.logger.error({ reason: messageOf(error) }, 'open transactions were not checked, trying again'),
    })
  }

  /** The first walk begins one interval later. */
  start(): void {
    const { clock, config, ledger } = this.#needs
    ledger.start()
    this.#rounds.due(clock.now() + config.current.transactionCheckIntervalMs)
    this.#rounds.start()
  }

  async stop(): Promise<void> {
    await this.#rounds.stop()
    // Not before, because a walk ends transactions, too; and not when it was started again meanwhile.
    if (!this.#rounds.started) await this.#needs.ledger.stop()
  }

  async #walk(): Promise<void> {
    const { store, ledger } = this.#needs
    // Copies that this walk stores are for the next one.
    const end = store.maxOffset(SystemTopic.TRANSACTION_HALF, HALF_QUEUE)
    while (this.#rounds.started && ledger.firstOpenOffset < end) {
      const next = this.#skipEnded(end)
      if (next >= end || !(await this.#checkFrom(next, end))) return
    }
  }

  #skipEnded(end: number): number {
    const { ledger } = this.#needs
    let offset = ledger.firstOpenOffset
    while (offset < end && ledger.hasEndedAt(offset)) offset++
    ledger.advanceTo(offset)
    return offset
  }

  /** Checks one batch; false when the rest of the queue is too young. Rejects with the store's errors. */
  async #checkFrom(offset: number, end: number): Promise<boolean> {
    const { store, ledger } = this.#needs
    const read = await store.read({
      topic: SystemTopic.TRANSACTION_HALF,
      queueId: HALF_QUEUE,
      offset,
      limits: BATCH_LIMITS,
    })
    if (read.status !== 'found') {
      // The record was deleted with its file, or is damaged.
      ledger.advanceTo(Math.min(end, read.nextBeginOffset))
      return read.nextBeginOffset > offset
    }
    const due: { offset: number; half: HalfMessage | undefined }[] = []
    let waiting = false
    for (const bytes of recordsIn(read.buffers)) {
      const queueOffset = recordQueueOffset(bytes, 0)
      const half = queueOffset < end ? this.#decode(bytes) : undefined
      waiting = queueOffset >= end || (half !== undefined && this.#isYoung(half))
      if (waiting) break
      if (half !== undefined) ledger.read(half)
      due.push({ offset: queueOffset, half })
    }
    const checks = due.map(({ half }) => half && this.#check(half))
    for (const [index, result] of (await Promise.allSettled(checks)).entries()) {
      if (result.status === 'rejected') throw result.reason
      ledger.advanceTo(due[index]!.offset + 1)
    }
    return !waiting
  }

  /** A half message that cannot be read or names no destination must not keep the others from being checked. */
  #decode(bytes: Buffer): HalfMessage | undefined {
    let reason = 'it does not say where it belongs'
    try {
      const half = decodeHalf(bytes)
      if (half !== undefined) return half
    } catch (error) {
      reason = messageOf(error)
    }
    this.#needs.logger.error({ reason }, 'a half message was left out')
    return undefined
  }

  /** The queue is in the order of time, so nothing behind it needs to be asked for either. */
  #isYoung(half: HalfMessage): boolean {
    const { ledger, config } = this.#needs
    if (half.record.queueOffset !== half.origin || half.immunityMs !== undefined) return false
    if (ledger.hasEnded(half)) return false
    return half.checks === 0 && this.#waitsWithin(half, config.current.transactionTimeoutMs)
  }

  /** A message from the future was stored before the clock was set back, and has waited long enough. */
  #waitsWithin({ since }: HalfMessage, ms: number): boolean {
    const waitedMs = this.#needs.clock.now() - since
    return waitedMs >= 0 && waitedMs <= ms
  }

  async #check(half: HalfMessage): Promise<void> {
    const { ledger, config, checkBack } = this.#needs
    await ledger.idle(half)
    if (ledger.hasEnded(half) || ledger.isReplaced(half)) return
    if (half.checks >= config.current.transactionChecksMax) return this.#park(half)
    const immune = half.immunityMs !== undefined && this.#waitsWithin(half, half.immunityMs)
    const copy = copyOfHalf(half, this.#needs.storeHost(), immune ? half.checks : half.checks + 1)
    let stored: AppendResult
    try {
      stored = await this.#store(copy)
    } catch (error) {
      if (!isUnstorable(error)) throw error
      return this.#giveUp(half, error)
    }
    if (ledger.addCopy(half, stored.queueOffset) && !immune) checkBack.ask(half, copy, stored)
  }

  /**
   * Called for a half message of which no copy can be stored, which is one of an older store or of Apache's: its producer is
   * asked once, as it lies there, and its answer counts after the message is parked, too.
   */
  async #giveUp(half: HalfMessage, error: unknown): Promise<void> {
    const { setAside, checkBack, ledger } = this.#needs
    const { record, group } = half
    await setAside.add({ ...whereItLies(record), step: 'transaction', group, reason: messageOf(error) })
    if (ledger.hasEnded(half)) return
    checkBack.ask(half, record, record)
    await this.#park(half)
  }

  async #park(half: HalfMessage): Promise<void> {
    const { topics, ledger, logger, storeHost } = this.#needs
    await topics.ensureTopic(SystemTopic.TRANSACTION_CHECK_MAX_TIME, 1)
    try {
      await this.#store(parkedMessage(half, storeHost()))
    } catch (error) {
      if (!isUnstorable(error)) throw error
      const facts = { ...whereItLies(half.record), group: half.group }
      await this.#needs.setAside.add({ ...facts, step: 'transaction', reason: messageOf(error) })
    }
    ledger.park(half)
    logger.error(
      { topic: half.topic, group: half.group, checks: half.checks, transactionId: half.record.queueOffset },
      'nobody knew the outcome of a transaction; its message is in TRANS_CHECK_MAX_TIME_TOPIC now',
    )
  }

  async #store(message: MessageToStore) {
    const { store, stats } = this.#needs
    const stored = await store.append(message)
    stats.onPut(message.topic, 1, stored.recordBytes)
    return stored
  }
}
