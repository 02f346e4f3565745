import { type Clock, type Logger, messageOf, Rounds } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { decodeRecord, type MessageRecord, recordsIn } from '@rocketeer/protocol/record'
import { type AppendResult, isUnstorable, type MessageStore, type MessageToStore } from '@rocketeer/store'
import type { Duty } from '../duties/duties.js'
import { type SetAside, whereItLies } from '../tables/set-aside.js'
import type { DelayLevels } from '../writing/delay-levels.js'
import type { DelayOffsets } from './delay-offsets.js'
import { deliveredCopy, deliveryDestination } from './delivered-copy.js'

/** What one round reads; the messages of it that are not due yet are read again by a later round. */
const BATCH_LIMITS = { messagesMax: 64, bytesMax: 1024 * 1024 }

/** Pause after a failed round. Apache: ScheduleMessageService.DELAY_FOR_A_PERIOD. */
const RETRY_AFTER_MS = 10_000

export interface LevelDeliveryNeeds {
  readonly store: MessageStore
  readonly levels: DelayLevels
  readonly offsets: DelayOffsets
  readonly setAside: SetAside
  readonly clock: Clock
  readonly logger: Logger
  /** Called for each message that reached its topic. */
  readonly delivered: (message: MessageToStore, result: AppendResult) => void
}

interface DueMessage {
  readonly record: MessageRecord
  /** The copy of the record to store; none when the record does not say where it belongs. */
  readonly message: MessageToStore | undefined
}

/**
 * Delivers the messages of one delay level. All of them wait equally long, so the oldest is always due first: the next
 * round is at the oldest message's time, and there is none while the level is empty.
 */
export class LevelDelivery implements Duty {
  readonly #needs: LevelDeliveryNeeds
  readonly #level: number
  readonly #rounds: Rounds
  #offset = 0

  constructor(level: number, needs: LevelDeliveryNeeds) {
    this.#needs = needs
    this.#level = level
    this.#rounds = new Rounds({
      clock: needs.clock,
      round: () => this.#deliverBatch(),
      retryAfterMs: RETRY_AFTER_MS,
      onFailure: (error) => {
        const facts = { level, offset: this.#offset, reason: messageOf(error) }
        needs.logger.error(facts, 'delayed messages were not delivered, trying again')
      },
    })
  }

  /** Messages that came due while it was stopped are delivered at once. */
  start(): void {
    if (this.#rounds.started) return
    const { store, offsets, clock } = this.#needs
    // Deleted files take old messages along; an offset beyond the end comes from another directory's file.
    const min = store.minOffset(SystemTopic.SCHEDULE, this.#level - 1)
    const max = store.maxOffset(SystemTopic.SCHEDULE, this.#level - 1)
    this.#advanceTo(Math.max(min, Math.min(max, offsets.get(this.#level))))
    this.#rounds.due(clock.now())
    this.#rounds.start()
  }

  stop(): Promise<void> {
    return this.#rounds.stop()
  }

  /** Called for each message that starts to wait. */
  arrived(storeTimestamp: number): void {
    this.#rounds.due(storeTimestamp + this.#needs.levels.delayMs(this.#level))
  }

  /** Delivers what is due, and returns when to look again. */
  async #deliverBatch(): Promise<number> {
    const { store, logger, clock } = this.#needs
    if (!this.#waiting) return Number.POSITIVE_INFINITY
    const read = await store.read({
      topic: SystemTopic.SCHEDULE,
      queueId: this.#level - 1,
      offset: this.#offset,
      limits: BATCH_LIMITS,
    })
    if (read.status !== 'found') {
      logger.warn(
        { level: this.#level, offset: this.#offset, status: read.status },
        'delayed messages are not in the log any more and are left out',
      )
      this.#advanceTo(read.nextBeginOffset)
      return clock.now()
    }
    const due: DueMessage[] = []
    let waitMs = 0
    for (const bytes of recordsIn(read.buffers)) {
      const record = decodeRecord(bytes, 0)
      waitMs = this.#waitMsOf(record.storeTimestamp)
      if (waitMs > 0) break
      const destination = deliveryDestination(record)
      due.push({ record, message: destination && deliveredCopy(record, destination) })
    }
    await this.#deliver(due)
    if (waitMs > 0) return clock.now() + waitMs
    return this.#waiting ? clock.now() : Number.POSITIVE_INFINITY
  }

  get #waiting(): boolean {
    return this.#needs.store.maxOffset(SystemTopic.SCHEDULE, this.#level - 1) > this.#offset
  }

  /** A clock that was set back must not hold messages for longer than their delay. Apache: correctDeliverTimestamp. */
  #waitMsOf(storeTimestamp: number): number {
    const delayMs = this.#needs.levels.delayMs(this.#level)
    const waitMs = storeTimestamp + delayMs - this.#needs.clock.now()
    return waitMs > delayMs ? 0 : waitMs
  }

  async #deliver(due: readonly DueMessage[]): Promise<void> {
    const { store, setAside, delivered } = this.#needs
    // All are appended in one turn, in their order; those that were stored are known afterwards.
    const appended = due.map(({ message }) => (message === undefined ? undefined : store.append(message)))
    for (const [index, result] of (await Promise.allSettled(appended)).entries()) {
      const { record, message } = due[index]!
      if (result.status === 'rejected' && !isUnstorable(result.reason)) throw result.reason
      if (message !== undefined && result.status === 'fulfilled') delivered(message, result.value!)
      else {
        const reason =
          result.status === 'rejected' ? messageOf(result.reason) : 'it does not say where it belongs'
        await setAside.add({ ...whereItLies(record), step: 'delay level', reason })
      }
      this.#advanceTo(record.queueOffset + 1)
    }
  }

  #advanceTo(offset: number): void {
    this.#offset = offset
    this.#needs.offsets.set(this.#level, offset)
  }
}
