import { assert } from '@rocketeer/foundation'
import { SystemTopic, TRANSACTION_GROUP } from '@rocketeer/protocol'
import type { Duty } from '../duties/duties.js'
import { HALF_QUEUE, type HalfMessage } from './half-message.js'
import { OffsetSet } from './offset-set.js'
import { OperationLog, type OperationLogNeeds } from './operation-log.js'

const CHECKED_QUEUE = { group: TRANSACTION_GROUP, topic: SystemTopic.TRANSACTION_HALF, queueId: HALF_QUEUE }

/** Open transactions whose newest copy is known, 100 bytes each. With more, a late answer may deliver a message twice. */
const COPIES_MAX = 262_144
/** Transactions that ended lately: another answer to them may still come. */
const ENDED_LATELY_MAX = 65_536

/**
 * Which transactions have ended. A half message below `firstOpenOffset` in the half queue has ended, is parked, or has a
 * copy further on. From that offset on each half message that has ended is one bit of a set, so that a hundred thousand
 * open transactions cost little. A transaction is known by the queue offset of its first half message, its origin.
 */
export class TransactionLedger implements Duty {
  readonly #needs: OperationLogNeeds
  /** Queue offsets of half messages. */
  readonly #ended = new OffsetSet()
  /** Origin → queue offset of the newest copy, while the transaction is open. */
  readonly #copies = new Map<number, number>()
  /** Origins, those that ended first in front. */
  readonly #endedLately = new Set<number>()
  /** Origin → the answer that is being carried out; it resolves or rejects when that is over. */
  readonly #ending = new Map<number, Promise<void>>()
  readonly #log: OperationLog
  #firstOpenOffset: number

  private constructor(needs: OperationLogNeeds, log: OperationLog, endedBefore: readonly number[]) {
    const { store, offsets } = needs
    this.#needs = needs
    this.#log = log
    const known = offsets.query(CHECKED_QUEUE)
    const min = store.minOffset(SystemTopic.TRANSACTION_HALF, HALF_QUEUE)
    // An offset beyond the end comes from another directory's file.
    this.#firstOpenOffset = Math.min(
      store.maxOffset(SystemTopic.TRANSACTION_HALF, HALF_QUEUE),
      Math.max(known, min),
    )
    for (const halfOffset of endedBefore) {
      if (halfOffset >= this.#firstOpenOffset) this.#ended.add(halfOffset)
      else this.#noteEnded(halfOffset)
    }
  }

  /** Learns from the operation log which transactions had ended before the start. */
  static async open(needs: OperationLogNeeds): Promise<TransactionLedger> {
    const endedBefore: number[] = []
    const log = await OperationLog.open(needs, (halfOffset) => endedBefore.push(halfOffset))
    return new TransactionLedger(needs, log, endedBefore)
  }

  /** Queue offset of the first half message that may still be open. */
  get firstOpenOffset(): number {
    return this.#firstOpenOffset
  }

  /** How many transactions are ending at this moment. */
  get endingCount(): number {
    return this.#ending.size
  }

  /** How many transactions are open, or a few more: one that is asked about again lies in the queue twice meanwhile. */
  get openCount(): number {
    const end = this.#needs.store.maxOffset(SystemTopic.TRANSACTION_HALF, HALF_QUEUE)
    return end - this.#firstOpenOffset - this.#ended.countIn(this.#firstOpenOffset, end)
  }

  hasEndedAt(queueOffset: number): boolean {
    return this.#ended.has(queueOffset)
  }

  hasEnded({ record, origin }: HalfMessage): boolean {
    return this.#ended.has(record.queueOffset) || this.#ended.has(origin) || this.#endedLately.has(origin)
  }

  /** Called for each half message read from the queue: after a crash a copy and its original may both be in it. */
  read({ record, origin }: HalfMessage): void {
    if (record.queueOffset > (this.#copies.get(origin) ?? origin)) this.#setCopy(origin, record.queueOffset)
  }

  /** True when there is a newer copy of this half message. */
  isReplaced({ record, origin }: HalfMessage): boolean {
    return (this.#copies.get(origin) ?? -1) > record.queueOffset
  }

  /**
   * Ends the transaction by `act`; when that rejects, it stays open. Answers to the same transaction wait for one another.
   * False when it had ended before, and `act` was not called.
   */
  async end(half: HalfMessage, act: () => Promise<void>): Promise<boolean> {
    // Checked again after each wait: another answer that waited as well may be carried out now.
    while (this.#ending.has(half.origin)) await this.idle(half)
    if (this.hasEnded(half)) return false
    const acting = act()
    this.#ending.set(half.origin, acting)
    try {
      await acting
      this.#markEnded(half)
    } finally {
      this.#ending.delete(half.origin)
    }
    return true
  }

  /** Resolves when no answer to this transaction is being carried out. */
  async idle({ origin }: HalfMessage): Promise<void> {
    for (let acting = this.#ending.get(origin); acting; acting = this.#ending.get(origin)) {
      await acting.catch(() => undefined)
    }
  }

  /** A copy was stored at `queueOffset`. False when the transaction has ended in the meantime, and the copy with it. */
  addCopy(half: HalfMessage, queueOffset: number): boolean {
    assert(queueOffset > half.record.queueOffset, 'a copy is stored behind what it is made of')
    if (this.hasEnded(half)) {
      this.#mark(queueOffset)
      return false
    }
    this.#setCopy(half.origin, queueOffset)
    return true
  }

  /** Nobody will be asked again; an answer that comes all the same still counts. */
  park({ origin }: HalfMessage): void {
    this.#copies.delete(origin)
  }

  /** No half message below `queueOffset` has to be looked at again. */
  advanceTo(queueOffset: number): void {
    if (queueOffset <= this.#firstOpenOffset) return
    const end = this.#needs.store.maxOffset(SystemTopic.TRANSACTION_HALF, HALF_QUEUE)
    assert(queueOffset <= end, 'the half queue has no such offset yet')
    this.#firstOpenOffset = queueOffset
    this.#ended.dropBelow(queueOffset)
    this.#needs.offsets.commit(CHECKED_QUEUE, queueOffset)
    this.#log.release(queueOffset)
  }

  /** From now on it is written which transactions have ended, several at a time. */
  start(): void {
    this.#log.start()
  }

  /** Resolves when it is written which transactions have ended; stop the check first. */
  stop(): Promise<void> {
    return this.#log.stop()
  }

  /** Writes which transactions have ended. Close it before the store and the consumer offsets. */
  close(): Promise<void> {
    return this.#log.close()
  }

  #markEnded({ record, origin }: HalfMessage): void {
    const newest = this.#copies.get(origin)
    this.#copies.delete(origin)
    if (newest !== undefined && newest !== record.queueOffset) this.#mark(newest)
    if (newest === undefined || record.queueOffset >= this.#firstOpenOffset) this.#mark(record.queueOffset)
    if (newest !== undefined || record.queueOffset < this.#firstOpenOffset) this.#noteEnded(origin)
  }

  #setCopy(origin: number, queueOffset: number): void {
    if (this.#copies.has(origin) || this.#copies.size < COPIES_MAX) this.#copies.set(origin, queueOffset)
  }

  #mark(queueOffset: number): void {
    if (queueOffset >= this.#firstOpenOffset) this.#ended.add(queueOffset)
    this.#log.add(queueOffset)
  }

  #noteEnded(origin: number): void {
    this.#endedLately.add(origin)
    if (this.#endedLately.size <= ENDED_LATELY_MAX) return
    const [oldest] = this.#endedLately
    this.#endedLately.delete(oldest!)
  }
}
