import { type Clock, type Logger, messageOf, Rounds } from '@rocketeer/foundation'
import { REVIVE_GROUP } from '@rocketeer/protocol'
import { type AppendResult, isUnstorable, type MessageStore, type MessageToStore } from '@rocketeer/store'
import type { Duty } from '../duties/duties.js'
import type { LiveConfig } from '../options/live-config.js'
import type { ConsumerOffsets, GroupQueue } from '../tables/consumer-offsets.js'
import { type SetAside, whereItLies } from '../tables/set-aside.js'
import { REVIVE_QUEUES } from '../tables/system-topics.js'
import { CheckPoint, type CheckPointDraft, type CheckPointId } from './check-point.js'
import { InFlight } from './in-flight.js'
import type { RevivedMessage } from './revival.js'
import { ReviveLog } from './revive-log.js'

/** Pause before the next attempt to bring back a message. Apache: ckRewriteIntervalsInSeconds. */
const RETRY_AFTER_MS = 10_000

/** Check points brought back side by side. Apache: BrokerConfig.popReviveConcurrency. */
const REVIVE_CONCURRENCY = 32

/** The longest time from a pop until its offset is committed. */
const SAVE_MARGIN_MS = 1000

/** One group may have this part of all check points, so that it does not keep the others from popping. */
const GROUP_SHARE = 4

export interface CheckPointsNeeds {
  readonly store: MessageStore
  readonly offsets: ConsumerOffsets
  readonly setAside: SetAside
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  /** The copy to store so that a message comes back; `undefined` when there is nothing to bring back. */
  readonly copyOf: (
    checkPoint: CheckPoint,
    offset: number,
    failureHistory: string | undefined,
  ) => Promise<RevivedMessage | undefined>
  /** Called for each copy that was stored. */
  readonly revived: (copy: MessageToStore, result: AppendResult) => void
}

/**
 * The messages that are popped and not acknowledged. The revive topic is the truth: a check point is stored before its
 * messages leave, an acknowledgement before it is answered, and a start reads both again from the oldest check point that
 * is not finished. A round brings back the messages that are due; with nothing in flight there is no round. Apache:
 * PopReviveService, PopBufferMergeService.
 */
export class CheckPoints implements Duty {
  readonly #needs: CheckPointsNeeds
  readonly #log: ReviveLog
  readonly #inFlight = new InFlight()
  /** By revive queue id; a start reads on behind the committed offset. */
  readonly #reviveQueues: readonly GroupQueue[]
  readonly #rounds: Rounds
  /** The latest time there was a pop or a round: the clock is behind it only after it was set back. */
  #latest = Number.NEGATIVE_INFINITY

  /** Resolves when what is in flight is known. */
  static async open(needs: CheckPointsNeeds): Promise<CheckPoints> {
    const checkPoints = new CheckPoints(needs)
    await checkPoints.#replay()
    return checkPoints
  }

  private constructor(needs: CheckPointsNeeds) {
    this.#needs = needs
    const log = new ReviveLog(needs)
    this.#log = log
    this.#reviveQueues = Array.from({ length: REVIVE_QUEUES }, (_, queueId) => ({
      group: REVIVE_GROUP,
      topic: log.topic,
      queueId,
    }))
    this.#rounds = new Rounds({
      clock: needs.clock,
      round: async () => {
        await this.#reviveAll(this.#takeDue())
        return this.#inFlight.nextDueAt()
      },
      retryAfterMs: RETRY_AFTER_MS,
      onFailure: (error) =>
        needs.logger.error({ reason: messageOf(error) }, 'popped messages did not come back, trying again'),
    })
  }

  /** Messages that came due while it was stopped come back at once. */
  start(): void {
    this.#rounds.due(this.#inFlight.nextDueAt())
    this.#rounds.start()
  }

  stop(): Promise<void> {
    return this.#rounds.stop()
  }

  get size(): number {
    return this.#inFlight.size
  }

  /** False when `popCheckPointsMax` check points are in flight, or a quarter of them for this group alone. */
  hasRoomFor(group: string): boolean {
    const { popCheckPointsMax } = this.#needs.config.current
    const share = Math.max(1, Math.floor(popCheckPointsMax / GROUP_SHARE))
    return this.#inFlight.size < popCheckPointsMax && this.#inFlight.sizeOf(group) < share
  }

  find(id: CheckPointId): CheckPoint | undefined {
    return this.#inFlight.find(id)
  }

  /** How many messages a group has popped and neither acknowledged nor got again. Looks at every check point. */
  openMessagesOf(group: string): number {
    if (this.#inFlight.sizeOf(group) === 0) return 0
    let count = 0
    for (const checkPoint of this.#inFlight.all())
      if (checkPoint.id.group === group) count += checkPoint.open.length
    return count
  }

  /** Resolves when the messages may leave: if the broker dies, they come back. Rejects with the store's errors. */
  take(draft: CheckPointDraft, reviveQueueId: number): Promise<void> {
    this.#latest = draft.popTime
    return this.#log.appendCheckPoint(draft, reviveQueueId, (reviveOffset) => {
      this.#rounds.due(this.#inFlight.add(new CheckPoint(draft, { reviveQueueId, reviveOffset })))
    })
  }

  /** Resolves when the messages will not come back; skips those that are not open. Rejects with the store's errors. */
  async acknowledge(checkPoint: CheckPoint, offsets: readonly number[]): Promise<void> {
    const open = offsets.filter((offset) => checkPoint.isOpen(offset))
    if (open.length > 0) await this.#finish(checkPoint, open, () => this.#appendAck(checkPoint, open))
  }

  /**
   * Changes when one message of a check point comes back: moves it into a check point of its own, which is stored before
   * the message leaves the old one, so that the message is in one of them whatever happens.
   */
  async move(checkPoint: CheckPoint, offset: number, draft: CheckPointDraft): Promise<void> {
    await this.#finish(checkPoint, [offset], async () => {
      await this.take(draft, checkPoint.reviveQueueId)
      await this.#appendAck(checkPoint, [offset])
    })
  }

  /** Forgets the check points that match, without storing anything; for those whose topic or group is deleted. */
  drop(matches: (id: CheckPointId) => boolean): void {
    for (const checkPoint of [...this.#inFlight.all()]) if (matches(checkPoint.id)) this.#remove(checkPoint)
  }

  #appendAck(checkPoint: CheckPoint, offsets: readonly number[]): Promise<AppendResult> {
    return this.#log.appendAck(checkPoint.id, offsets, checkPoint)
  }

  /** Claims messages while `store` runs, and finishes them afterwards; if it rejects they are open and due as before. */
  async #finish(
    checkPoint: CheckPoint,
    offsets: readonly number[],
    store: () => Promise<unknown>,
  ): Promise<void> {
    for (const offset of offsets) checkPoint.claim(offset)
    try {
      await store()
    } catch (error) {
      for (const offset of offsets) checkPoint.release(offset)
      throw error
    }
    let last = false
    for (const offset of offsets) last = checkPoint.finish(offset)
    if (last) this.#remove(checkPoint)
  }

  #remove(checkPoint: CheckPoint): void {
    this.#inFlight.remove(checkPoint)
    this.#commitProgress(checkPoint.reviveQueueId)
  }

  /** Commits how far the revive queue is finished: a start reads what lies behind, as Apache's broker does. */
  #commitProgress(reviveQueueId: number): void {
    const { store, offsets } = this.#needs
    const end = this.#inFlight.oldest(reviveQueueId) ?? store.maxOffset(this.#log.topic, reviveQueueId)
    const committed = end - 1
    const queue = this.#reviveQueues[reviveQueueId]!
    if (committed > offsets.query(queue)) offsets.commit(queue, committed)
  }

  #takeDue(): CheckPoint[] {
    const now = this.#needs.clock.now()
    if (now < this.#latest) this.#inFlight.bringForward(now)
    this.#latest = now
    return this.#inFlight.takeDue(now)
  }

  async #reviveAll(due: readonly CheckPoint[]): Promise<void> {
    const waiting = due.values()
    const worker = async () => {
      for (const checkPoint of waiting) {
        if (this.#rounds.started) await this.#revive(checkPoint)
        // Stopped meanwhile: the next start brings it back.
        else if (this.#isInFlight(checkPoint)) this.#inFlight.schedule(checkPoint, checkPoint.dueAt)
      }
    }
    await Promise.all(Array.from({ length: Math.min(REVIVE_CONCURRENCY, due.length) }, worker))
  }

  /** A failure concerns this check point only, which is due again a little later. */
  async #revive(checkPoint: CheckPoint): Promise<void> {
    const { logger, clock, copyOf } = this.#needs
    try {
      for (const offset of checkPoint.open) {
        await this.#finish(checkPoint, [offset], async () => {
          const history = checkPoint.hasFailureHistory
            ? await this.#log.failureHistoryOf(checkPoint)
            : undefined
          const revived = await copyOf(checkPoint, offset, history)
          if (revived === undefined) await this.#appendAck(checkPoint, [offset])
          else await this.#bringBack(revived, checkPoint, offset)
        })
      }
    } catch (error) {
      const { group, topic, queueId } = checkPoint.id
      logger.error(
        { group, topic, queueId, reason: messageOf(error) },
        'popped messages did not come back, trying again',
      )
    }
    // Also while an acknowledgement is under way: if that fails, nothing else would look at the check point again.
    if (this.#isInFlight(checkPoint)) this.#inFlight.schedule(checkPoint, clock.now() + RETRY_AFTER_MS)
  }

  /** False once it is finished, also when there is another check point of the same id. */
  #isInFlight(checkPoint: CheckPoint): boolean {
    return this.#inFlight.find(checkPoint.id) === checkPoint
  }

  /**
   * Appends the copy and the acknowledgement of its original in one turn, and so with one write: a broker killed between
   * the two would bring the message back twice. The store takes nothing behind something it could not write.
   */
  async #bringBack({ copy, record }: RevivedMessage, checkPoint: CheckPoint, offset: number): Promise<void> {
    let refusal: Error | undefined
    this.#needs.store.appendThen(copy, (error, result) => {
      refusal = error
      if (result !== undefined) this.#needs.revived(copy, result)
    })
    if (refusal !== undefined) {
      if (!isUnstorable(refusal)) throw refusal
      const facts = { ...whereItLies(record), step: 'pop', group: checkPoint.id.group } as const
      await this.#needs.setAside.add({ ...facts, reason: messageOf(refusal) })
    }
    await this.#appendAck(checkPoint, [offset])
  }

  async #replay(): Promise<void> {
    const { store, offsets, clock } = this.#needs
    for (let queueId = 0; queueId < REVIVE_QUEUES; queueId++) {
      const committed = offsets.query(this.#reviveQueues[queueId]!)
      const start = Math.max(committed + 1, store.minOffset(this.#log.topic, queueId))
      await this.#log.replay(queueId, start, {
        onCheckPoint: (draft, place) => {
          this.#inFlight.add(new CheckPoint(draft, place))
          this.#catchUp(draft)
        },
        onAck: (id, acked) => {
          const checkPoint = this.#inFlight.find(id)
          const known = acked.filter((offset) => checkPoint?.has(offset))
          let last = false
          for (const offset of known) last = checkPoint!.finish(offset)
          if (last) this.#inFlight.remove(checkPoint!)
        },
      })
      this.#commitProgress(queueId)
    }
    if (this.#inFlight.size > 0) {
      this.#needs.logger.info(
        { checkPoints: this.#inFlight.size, nextDueInMs: this.#inFlight.nextDueAt() - clock.now() },
        'popped messages without acknowledgement were found',
      )
    }
  }

  /** Commits the offset behind a check point: a killed broker may have popped more than the offsets it saved last say. */
  #catchUp(draft: CheckPointDraft): void {
    const { offsets } = this.#needs
    if (draft.popTime < offsets.savedAt - SAVE_MARGIN_MS) return
    const next = draft.offsets.at(-1)! + 1
    if (next > offsets.query(draft)) offsets.commit(draft, next)
  }
}
