import { type Clock, type Logger, messageOf, Rounds } from '@rocketeer/foundation'
import { REVIVE_GROUP } from '@rocketeer/protocol'
import type { AppendResult, MessageStore, MessageToStore } from '@rocketeer/store'
import type { Duty } from '../duties/duties.js'
import type { LiveConfig } from '../options/live-config.js'
import type { ConsumerOffsets, GroupQueue } from '../tables/consumer-offsets.js'
import { REVIVE_QUEUES } from '../tables/system-topics.js'
import { CheckPoint, type CheckPointDraft, type CheckPointId } from './check-point.js'
import { InFlight } from './in-flight.js'
import { ReviveLog } from './revive-log.js'

/** Between attempts to bring back a message the store or its retry topic does not take. Apache: ckRewriteIntervalsInSeconds. */
const RETRY_AFTER_MS = 10_000

/** Check points brought back side by side. Apache: BrokerConfig.popReviveConcurrency. */
const REVIVE_CONCURRENCY = 32

/** Between the time of a pop and the moment its offset is committed. */
const SAVE_MARGIN_MS = 1000

/** No group may fill the memory that all of them share. */
const GROUP_SHARE = 4

export interface CheckPointsNeeds {
  readonly store: MessageStore
  readonly offsets: ConsumerOffsets
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  /** What to store so that a message comes back; `undefined` when there is nothing to bring back. */
  readonly copyOf: (checkPoint: CheckPoint, offset: number) => Promise<MessageToStore | undefined>
  /** Called for each copy that was stored. */
  readonly broughtBack: (copy: MessageToStore, result: AppendResult) => void
}

/**
 * What is popped and not acknowledged. The revive topic is the truth: a check point is stored before its messages leave,
 * an acknowledgement before it is answered, and a start reads both again from the oldest check point that was not
 * finished. A round brings back what is due; with nothing in flight there is none. Apache: PopReviveService,
 * PopBufferMergeService.
 */
export class CheckPoints implements Duty {
  readonly #needs: CheckPointsNeeds
  readonly #log: ReviveLog
  readonly #inFlight = new InFlight()
  /** By revive queue id; a start reads on behind the committed offset. */
  readonly #reviveQueues: readonly GroupQueue[]
  readonly #rounds: Rounds

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
        await this.#reviveAll(this.#inFlight.takeDue(needs.clock.now()))
        return this.#inFlight.nextDueAt()
      },
      retryAfterMs: RETRY_AFTER_MS,
      onFailure: (error) =>
        needs.logger.error({ reason: messageOf(error) }, 'popped messages did not come back, trying again'),
    })
  }

  /** What came due before comes back at once. */
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

  /** Resolves when the messages may leave: if the broker dies, they come back. Rejects with the store's errors. */
  take(draft: CheckPointDraft, reviveQueueId: number): Promise<void> {
    return this.#log.appendCheckPoint(draft, reviveQueueId, (reviveOffset) => {
      this.#inFlight.add(new CheckPoint(draft, { reviveQueueId, reviveOffset }))
      this.#rounds.due(this.#inFlight.nextDueAt())
    })
  }

  /** Resolves when the messages will not come back; those that are not open are passed over. Rejects with the store's errors. */
  async acknowledge(checkPoint: CheckPoint, offsets: readonly number[]): Promise<void> {
    const open = offsets.filter((offset) => checkPoint.isOpen(offset))
    if (open.length > 0) await this.#finish(checkPoint, open, () => this.#appendAck(checkPoint, open))
  }

  /**
   * Has a message of a check point come back at another time: a new check point takes its place, stored before the
   * message leaves the old one, so that it is in one of them whatever happens.
   */
  async move(checkPoint: CheckPoint, offset: number, draft: CheckPointDraft): Promise<void> {
    await this.#finish(checkPoint, [offset], async () => {
      await this.take(draft, checkPoint.reviveQueueId)
      await this.#appendAck(checkPoint, [offset])
    })
  }

  /** Forgets the check points that match, without storing anything: their topic or group is gone. */
  drop(matches: (id: CheckPointId) => boolean): void {
    for (const checkPoint of [...this.#inFlight.all()]) if (matches(checkPoint.id)) this.#remove(checkPoint)
  }

  #appendAck(checkPoint: CheckPoint, offsets: readonly number[]): Promise<AppendResult> {
    return this.#log.appendAck(checkPoint.id, offsets, checkPoint)
  }

  /** Claims messages while `store` runs, and finishes them; if it rejects they are open and due as before. */
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

  /** A start reads from behind the committed offset on, as Apache's does: everything up to it is finished. */
  #commitProgress(reviveQueueId: number): void {
    const { store, offsets } = this.#needs
    const end = this.#inFlight.oldest(reviveQueueId) ?? store.maxOffset(this.#log.topic, reviveQueueId)
    const committed = end - 1
    const queue = this.#reviveQueues[reviveQueueId]!
    if (committed > offsets.query(queue)) offsets.commit(queue, committed)
  }

  async #reviveAll(due: readonly CheckPoint[]): Promise<void> {
    const waiting = due.values()
    const worker = async () => {
      for (const checkPoint of waiting) {
        if (this.#rounds.started) await this.#revive(checkPoint)
        // Stopped meanwhile: left to the next start.
        else if (this.#isInFlight(checkPoint)) this.#inFlight.schedule(checkPoint, checkPoint.dueAt)
      }
    }
    await Promise.all(Array.from({ length: Math.min(REVIVE_CONCURRENCY, due.length) }, worker))
  }

  /** Whatever goes wrong concerns this check point only: it is due again a little later. */
  async #revive(checkPoint: CheckPoint): Promise<void> {
    const { logger, clock, copyOf } = this.#needs
    try {
      for (const offset of checkPoint.open) {
        await this.#finish(checkPoint, [offset], async () => {
          const copy = await copyOf(checkPoint, offset)
          if (copy === undefined) await this.#appendAck(checkPoint, [offset])
          else await this.#bringBack(copy, checkPoint, offset)
        })
      }
    } catch (error) {
      const { group, topic, queueId } = checkPoint.id
      logger.error(
        { group, topic, queueId, reason: messageOf(error) },
        'popped messages did not come back, trying again',
      )
    }
    // Also when an acknowledgement is still on its way: it may fail, and then nothing else would look here again.
    if (this.#isInFlight(checkPoint)) this.#inFlight.schedule(checkPoint, clock.now() + RETRY_AFTER_MS)
  }

  /** False once it is finished, also when another one has taken its place. */
  #isInFlight(checkPoint: CheckPoint): boolean {
    return this.#inFlight.find(checkPoint.id) === checkPoint
  }

  /**
   * Hands the copy and the news that its original is finished to the store in one turn, and so in one write: a broker killed
   * between the two would bring the message back twice. The store takes nothing behind something it could not write.
   */
  #bringBack(copy: MessageToStore, checkPoint: CheckPoint, offset: number): Promise<unknown> {
    let refusal: Error | undefined
    this.#needs.store.appendThen(copy, (error, result) => {
      refusal = error
      if (result !== undefined) this.#needs.broughtBack(copy, result)
    })
    return refusal === undefined ? this.#appendAck(checkPoint, [offset]) : Promise.reject(refusal)
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

  /** A killed broker may have popped more than the offsets it saved last say. */
  #catchUp(draft: CheckPointDraft): void {
    const { offsets } = this.#needs
    if (draft.popTime < offsets.savedAt - SAVE_MARGIN_MS) return
    const next = draft.offsets.at(-1)! + 1
    if (next > offsets.query(draft)) offsets.commit(draft, next)
  }
}
