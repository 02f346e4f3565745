import { type Clock, type Logger, messageOf, type Timer } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { decodeRecord, recordsIn } from '@rocketeer/protocol/record'
import type { AppendResult, MessageStore, MessageToStore } from '@rocketeer/store'
import type { DelayLevels } from '../writing/delay-levels.js'
import type { DelayOffsets } from './delay-offsets.js'
import { dueMessage } from './due-message.js'

/** Looked at together; those that are not due yet are read again when they are. */
const BATCH_LIMITS = { messagesMax: 64, bytesMax: 1024 * 1024 }

/** Between attempts while the store takes nothing. Apache: ScheduleMessageService.DELAY_FOR_A_PERIOD. */
const RETRY_AFTER_MS = 10_000

export interface LevelDeliveryNeeds {
  readonly store: MessageStore
  readonly levels: DelayLevels
  readonly offsets: DelayOffsets
  readonly clock: Clock
  readonly logger: Logger
  /** Told of every message that reached its topic. */
  readonly delivered: (message: MessageToStore, result: AppendResult) => void
}

/**
 * Delivers the messages of one delay level. All of them wait equally long, so the oldest is always due first: there is
 * one timer per level, set to the oldest message's time, and none while the level is empty.
 */
export class LevelDelivery {
  readonly #needs: LevelDeliveryNeeds
  readonly #level: number
  #offset: number
  #timer: Timer | undefined
  /** Resolves when the running round is over. */
  #running: Promise<void> | undefined
  #closed = false

  constructor(level: number, needs: LevelDeliveryNeeds) {
    this.#needs = needs
    this.#level = level
    // Deleted files take old messages along; an offset beyond the end comes from another directory's file.
    const min = needs.store.minOffset(SystemTopic.SCHEDULE, level - 1)
    const max = needs.store.maxOffset(SystemTopic.SCHEDULE, level - 1)
    this.#offset = Math.max(min, Math.min(max, needs.offsets.get(level)))
    needs.offsets.set(level, this.#offset)
  }

  /** Something may be waiting; does nothing while it is known when to look next. */
  wake(): void {
    if (this.#closed || this.#timer !== undefined || this.#running !== undefined) return
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      // A message may have come while the level was found empty.
      if (this.#timer === undefined && this.#waiting) this.wake()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    await this.#running
  }

  get #waiting(): boolean {
    return this.#needs.store.maxOffset(SystemTopic.SCHEDULE, this.#level - 1) > this.#offset
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closed && this.#waiting) {
        const waitMs = await this.#deliverBatch()
        if (waitMs > 0) return this.#sleep(waitMs)
      }
    } catch (error) {
      const facts = { level: this.#level, offset: this.#offset, reason: messageOf(error) }
      this.#needs.logger.error(facts, 'delayed messages were not delivered, trying again')
      this.#sleep(RETRY_AFTER_MS)
    }
  }

  #sleep(ms: number): void {
    if (this.#closed) return
    this.#timer = this.#needs.clock.after(ms, () => {
      this.#timer = undefined
      this.wake()
    })
  }

  /** Delivers what is due and returns how long the next message has to wait, 0 when there may be more that is due. */
  async #deliverBatch(): Promise<number> {
    const { store, logger } = this.#needs
    const read = await store.read({
      topic: SystemTopic.SCHEDULE,
      queueId: this.#level - 1,
      offset: this.#offset,
      limits: BATCH_LIMITS,
    })
    if (read.status !== 'found') {
      logger.warn(
        { level: this.#level, offset: this.#offset, status: read.status },
        'delayed messages are gone',
      )
      this.#advanceTo(read.nextBeginOffset)
      return 0
    }
    const due: { next: number; message: MessageToStore | undefined }[] = []
    let waitMs = 0
    for (const bytes of recordsIn(read.buffers)) {
      const record = decodeRecord(bytes, 0)
      waitMs = this.#waitMsOf(record.storeTimestamp)
      if (waitMs > 0) break
      due.push({ next: record.queueOffset + 1, message: dueMessage(record) })
    }
    await this.#deliver(due)
    return waitMs
  }

  /** A clock that was set back must not hold messages for longer than their delay. Apache: correctDeliverTimestamp. */
  #waitMsOf(storeTimestamp: number): number {
    const delayMs = this.#needs.levels.delayMs(this.#level)
    const waitMs = storeTimestamp + delayMs - this.#needs.clock.now()
    return waitMs > delayMs ? 0 : waitMs
  }

  async #deliver(due: readonly { next: number; message: MessageToStore | undefined }[]): Promise<void> {
    const { store, logger, delivered } = this.#needs
    // Handed over in their order in one turn; which of them got through is known afterwards.
    const appended = due.map(({ message }) => (message === undefined ? undefined : store.append(message)))
    for (const [index, result] of (await Promise.allSettled(appended)).entries()) {
      const { next, message } = due[index]!
      if (result.status === 'rejected') throw result.reason
      if (message === undefined)
        logger.error({ level: this.#level, offset: next - 1 }, 'a delayed message has no topic')
      else if (result.value !== undefined) delivered(message, result.value)
      this.#advanceTo(next)
    }
  }

  #advanceTo(offset: number): void {
    this.#offset = offset
    this.#needs.offsets.set(this.#level, offset)
  }
}
