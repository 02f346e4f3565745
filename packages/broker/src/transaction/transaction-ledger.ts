import { SystemTopic, TRANSACTION_GROUP } from '@rocketeer/protocol'
import { HALF_QUEUE, type HalfMessage } from './half-message.js'
import { OffsetSet } from './offset-set.js'
import { OperationLog, type OperationLogNeeds } from './operation-log.js'

/** Open transactions whose newest copy is known, 100 bytes each. Beyond it, late answers may double a message. */
const COPIES_MAX = 262_144
/** Transactions settled lately of which another answer may still come. */
const REMEMBERED_MAX = 65_536

/**
 * Which half messages are settled. Everything below `position` in the half queue is settled, parked, or has a copy
 * further on; from there on settled offsets are bits of a set, so that a hundred thousand open transactions cost
 * little. A transaction is known by the queue offset of its first copy, its origin.
 */
export class TransactionLedger {
  readonly #needs: OperationLogNeeds
  readonly #settled = new OffsetSet()
  /** Origin → queue offset of the newest copy, while the transaction is open. */
  readonly #copies = new Map<number, number>()
  /** Origins, the longest settled first. */
  readonly #remembered = new Set<number>()
  /** Being settled; resolves when that has succeeded or failed. */
  readonly #underway = new Map<number, Promise<unknown>>()
  #log!: OperationLog
  #position: number

  private constructor(needs: OperationLogNeeds) {
    const { store, offsets } = needs
    this.#needs = needs
    const known = offsets.query(TRANSACTION_GROUP, SystemTopic.TRANSACTION_HALF, HALF_QUEUE)
    const min = store.minOffset(SystemTopic.TRANSACTION_HALF, HALF_QUEUE)
    // An offset beyond the end comes from another directory's file.
    this.#position = Math.min(store.maxOffset(SystemTopic.TRANSACTION_HALF, HALF_QUEUE), Math.max(known, min))
  }

  /** Learns from the operation log what was settled before the start. */
  static async open(needs: OperationLogNeeds): Promise<TransactionLedger> {
    const ledger = new TransactionLedger(needs)
    ledger.#log = await OperationLog.open(needs, (offset) => {
      if (offset >= ledger.#position) ledger.#settled.add(offset)
      else ledger.#remember(offset)
    })
    return ledger
  }

  /** Queue offset of the first half message that may still be open. */
  get position(): number {
    return this.#position
  }

  /** How many transactions are being settled at this moment. */
  get settling(): number {
    return this.#underway.size
  }

  /** Transactions that are open, or a few more: while one is being asked about again, it lies in the queue twice. */
  get openMax(): number {
    const end = this.#needs.store.maxOffset(SystemTopic.TRANSACTION_HALF, HALF_QUEUE)
    return end - this.#position - this.#settled.countIn(this.#position, end)
  }

  isSettledAt(queueOffset: number): boolean {
    return this.#settled.has(queueOffset)
  }

  isSettled({ record, origin }: HalfMessage): boolean {
    return this.#settled.has(record.queueOffset) || this.#settled.has(origin) || this.#remembered.has(origin)
  }

  /** After a crash a copy may lie in the queue together with what it was made of. */
  found({ record, origin }: HalfMessage): void {
    if (record.queueOffset > (this.#copies.get(origin) ?? origin)) this.#setCopy(origin, record.queueOffset)
  }

  /** A newer copy stands for this one. */
  isReplaced({ record, origin }: HalfMessage): boolean {
    return (this.#copies.get(origin) ?? -1) > record.queueOffset
  }

  /**
   * Runs `act` unless the transaction is settled, which it is when `act` has resolved to true; answers to the same
   * transaction wait for one another. False when there was nothing left to do.
   */
  async settle(half: HalfMessage, act: () => Promise<boolean>): Promise<boolean> {
    // Looked at again and again: whoever waited as well may have begun.
    while (this.#underway.has(half.origin)) await this.quiet(half)
    if (this.isSettled(half)) return false
    const acting = act()
    this.#underway.set(half.origin, acting)
    try {
      if (await acting) this.#markSettled(half)
    } finally {
      this.#underway.delete(half.origin)
    }
    return true
  }

  /** Resolves when nobody is settling this transaction. */
  async quiet({ origin }: HalfMessage): Promise<void> {
    for (let acting = this.#underway.get(origin); acting; acting = this.#underway.get(origin)) {
      await acting.catch(() => undefined)
    }
  }

  /** There is a copy now at `queueOffset`. False when the transaction was settled in the meantime, and the copy is too. */
  copied(half: HalfMessage, queueOffset: number): boolean {
    if (this.isSettled(half)) {
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

  /** Leaves everything below `queueOffset` behind. */
  advanceTo(queueOffset: number): void {
    if (queueOffset <= this.#position) return
    this.#position = queueOffset
    this.#settled.dropBelow(queueOffset)
    const topic = SystemTopic.TRANSACTION_HALF
    this.#needs.offsets.commit(TRANSACTION_GROUP, topic, HALF_QUEUE, queueOffset)
    this.#log.release(queueOffset)
  }

  /** Writes what is settled. Close it before the store and the consumer offsets. */
  close(): Promise<void> {
    return this.#log.close()
  }

  #markSettled({ record, origin }: HalfMessage): void {
    const newest = this.#copies.get(origin)
    this.#copies.delete(origin)
    if (newest !== undefined && newest !== record.queueOffset) this.#mark(newest)
    if (newest === undefined || record.queueOffset >= this.#position) this.#mark(record.queueOffset)
    if (newest !== undefined || record.queueOffset < this.#position) this.#remember(origin)
  }

  #setCopy(origin: number, queueOffset: number): void {
    if (this.#copies.has(origin) || this.#copies.size < COPIES_MAX) this.#copies.set(origin, queueOffset)
  }

  #mark(queueOffset: number): void {
    if (queueOffset >= this.#position) this.#settled.add(queueOffset)
    this.#log.add(queueOffset)
  }

  #remember(origin: number): void {
    this.#remembered.add(origin)
    if (this.#remembered.size <= REMEMBERED_MAX) return
    const [oldest] = this.#remembered
    this.#remembered.delete(oldest!)
  }
}
