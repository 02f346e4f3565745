import { join } from 'node:path'
import { type FileSystem, replaceFile } from '@rocketeer/files'
import { type Clock, type Logger, messageOf, Rounds } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { TimerCheckpoint } from '@rocketeer/protocol/bodies'
import type { MessageRecord } from '@rocketeer/protocol/record'
import { type AppendResult, isUnstorable, type MessageStore, type MessageToStore } from '@rocketeer/store'
import type { Duty } from '../duties/duties.js'
import type { LiveConfig } from '../options/live-config.js'
import { DeferredSave } from '../tables/deferred-save.js'
import { type SetAside, whereItLies } from '../tables/set-aside.js'
import { CancelledTimers } from './cancelled-timers.js'
import { type DueTimer, noteCancellation, timerStep } from './due-timer.js'
import type { PendingTimer, PendingTimers } from './pending-timers.js'
import { loadBacklog, readTimerCheckpoint, type TimerBacklog } from './timer-backlog.js'
import { readTimers } from './timer-records.js'

/** Messages that one round delivers together. */
const BATCH_MESSAGES = 64
const BATCH_BYTES = 1024 * 1024

/** Messages that one read takes; they follow each other in the queue. */
const RUN_MESSAGES = 32

/** Pause after a failed round. */
const RETRY_AFTER_MS = 1000

/** Looking for the lowest queue offset that waits takes all of them, so it is not done at every checkpoint. */
const FIRST_OFFSET_INTERVAL_MS = 30_000

export interface TimerDeliveryNeeds {
  /** The broker's root directory; the checkpoint is `config/timercheck` in it. */
  readonly directory: string
  readonly files: FileSystem
  readonly store: MessageStore
  readonly setAside: SetAside
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  /** Called for each message that reached its topic. */
  readonly delivered: (message: MessageToStore, result: AppendResult) => void
  /** Called for each message that starts to wait. */
  readonly arrived: () => void
}

/**
 * Brings the messages of the timer topic to their topics when their time has come: a round when the next one is due, none
 * while nothing waits. The log holds the messages and the consume queue of the topic their times; memory holds 16 bytes
 * for each, and a checkpoint says how far they are worked off. After a crash, messages delivered since the last checkpoint
 * are delivered a second time. Apache: TimerMessageStore, TimerWheel, TimerLog.
 */
export class TimerDelivery implements Duty {
  readonly #needs: TimerDeliveryNeeds
  readonly #path: string
  readonly #deferredSave: DeferredSave
  readonly #pending: PendingTimers
  readonly #cancelled = new CancelledTimers()
  readonly #rounds: Rounds
  readonly #stopListening: () => void
  /** Queue offset behind the last message that is known. */
  #queueOffset: number
  /** No message below this queue offset waits, as it was at `#firstOffsetAt`. */
  #firstOffset = 0
  #firstOffsetAt = 0
  /** Taken out of `#pending` and neither delivered nor left out yet, in their order. */
  #taken: PendingTimer[] = []
  #closed = false

  /** Resolves when everything that waits is known. */
  static async open(needs: TimerDeliveryNeeds): Promise<TimerDelivery> {
    const path = join(needs.directory, 'config', 'timercheck')
    const backlog = await loadBacklog(needs.store, await readTimerCheckpoint(needs.files, path))
    const delivery = new TimerDelivery(needs, path, backlog)
    for (const offset of backlog.possibleCancellations) {
      for (const record of await readTimers(needs.store, offset, 1))
        noteCancellation(record, delivery.#cancelled)
    }
    return delivery
  }

  private constructor(needs: TimerDeliveryNeeds, path: string, backlog: TimerBacklog) {
    this.#needs = needs
    this.#path = path
    this.#pending = backlog.pending
    this.#queueOffset = backlog.queueOffset
    this.#deferredSave = new DeferredSave({
      clock: needs.clock,
      logger: needs.logger,
      intervalMs: () => needs.config.current.persistTimerIntervalMs,
      save: () => this.#save(),
      subject: 'the timers',
    })
    this.#rounds = new Rounds({
      clock: needs.clock,
      round: () => this.#deliverBatch(),
      retryAfterMs: RETRY_AFTER_MS,
      onFailure: (error) =>
        needs.logger.error(
          { reason: messageOf(error) },
          'timer messages that are due were not delivered, trying again',
        ),
    })
    this.#stopListening = needs.store.onArrival((topic, _queueId, maxOffset, wakeAt) => {
      if (topic === SystemTopic.TIMER) this.#onArrival(wakeAt, maxOffset)
    })
  }

  /** Messages that wait. */
  get size(): number {
    return this.#pending.size + this.#taken.length
  }

  /** How long the first message is overdue, 0 when none is. */
  get behindMs(): number {
    return Math.max(0, this.#needs.clock.now() - this.#checkpoint().wakeAt)
  }

  /** The answer to GET_TIMER_CHECK_POINT: how far an Apache broker would say it is. */
  apacheCheckpoint(): Buffer {
    return TimerCheckpoint.encodeApacheFields(this.#checkpoint(), this.#needs.clock.now())
  }

  /** Queue offsets of the messages that wait, in no order. */
  get offsets(): Float64Array {
    return this.#pending.offsets()
  }

  /** Messages that came due while it was stopped are delivered at once. */
  start(): void {
    this.#rounds.due(this.#pending.firstWakeAt)
    this.#rounds.start()
  }

  stop(): Promise<void> {
    return this.#rounds.stop()
  }

  /** Resolves when nothing is being delivered any more; close it before the store. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#stopListening()
    await this.#rounds.close()
    await this.#deferredSave.close()
    this.#firstOffsetAt = 0
    await this.#save()
  }

  #onArrival(wakeAt: number, maxOffset: number): void {
    this.#pending.push(wakeAt, maxOffset - 1)
    this.#queueOffset = maxOffset
    this.#needs.arrived()
    this.#deferredSave.changed()
    this.#rounds.due(this.#pending.firstWakeAt)
  }

  /** Returns when to look again. */
  async #deliverBatch(): Promise<number> {
    const now = this.#needs.clock.now()
    if (this.#pending.firstWakeAt > now) return this.#pending.firstWakeAt
    this.#cancelled.forgetBefore(Math.min(now, this.#pending.firstWakeAt))
    try {
      await this.#deliver(await this.#takeDue(now))
    } finally {
      // Messages that were neither delivered nor left out wait again.
      for (const { wakeAt, offset } of this.#taken.splice(0)) this.#pending.push(wakeAt, offset)
      this.#deferredSave.changed()
    }
    return this.#pending.firstWakeAt
  }

  async #takeDue(now: number): Promise<DueTimer[]> {
    const due: DueTimer[] = []
    for (let bytes = 0; due.length < BATCH_MESSAGES && bytes < BATCH_BYTES; ) {
      const run = this.#takeRun(now)
      if (run.length === 0) break
      const records = await readTimers(this.#needs.store, run[0]!.offset, run.length)
      for (const record of records) {
        const timer = run[record.queueOffset - run[0]!.offset]
        if (timer === undefined) continue
        const { wakeAt, offset } = timer
        due.push({ wakeAt, offset, record, step: timerStep(record, now, this.#cancelled) })
        bytes += record.totalSize
      }
      if (records.length < run.length) {
        this.#forgetLost(run, records)
        break
      }
    }
    return due
  }

  /** Takes the next messages that are due and follow each other in the queue. */
  #takeRun(now: number): PendingTimer[] {
    const run: PendingTimer[] = []
    while (run.length < RUN_MESSAGES && this.#pending.firstWakeAt <= now) {
      const { firstWakeAt: wakeAt, firstOffset: offset } = this.#pending
      if (run.length > 0 && offset !== run.at(-1)!.offset + 1) break
      run.push({ wakeAt, offset })
      this.#pending.pop()
    }
    this.#taken.push(...run)
    return run
  }

  /** Leaves out the first message of a run when its record is lost. The last ones are missing when the read was too large. */
  #forgetLost(run: readonly PendingTimer[], records: readonly MessageRecord[]): void {
    const first = run[0]!
    if (records[0]?.queueOffset === first.offset) return
    this.#needs.logger.error(
      { queueOffset: first.offset },
      'a timer message is not in the log any more and is left out',
    )
    this.#taken = this.#taken.filter(({ offset }) => offset !== first.offset)
  }

  async #deliver(due: readonly DueTimer[]): Promise<void> {
    const { store, delivered } = this.#needs
    // All are appended in one turn, in their order; those that were stored are known afterwards.
    const appended = due.map(({ step }) => ('message' in step ? store.append(step.message) : undefined))
    const done = new Set<number>()
    const stuck: { record: MessageRecord; reason: string }[] = []
    let failure: unknown
    for (const [index, result] of (await Promise.allSettled(appended)).entries()) {
      const { offset, step, record } = due[index]!
      if (result.status === 'rejected') {
        if (isUnstorable(result.reason)) stuck.push({ record, reason: messageOf(result.reason) })
        else failure = result.reason
        continue
      }
      if (step.kind === 'noDestination') {
        stuck.push({ record, reason: 'it does not say where it belongs' })
        continue
      }
      done.add(offset)
      if (step.kind === 'deliver' && result.value) delivered(step.message, result.value)
    }
    this.#taken = this.#taken.filter(({ offset }) => !done.has(offset))
    await this.#passOver(stuck)
    if (failure !== undefined) throw failure
  }

  async #passOver(stuck: readonly { record: MessageRecord; reason: string }[]): Promise<void> {
    for (const { record, reason } of stuck) {
      await this.#needs.setAside.add({ ...whereItLies(record), step: 'delivery time', reason })
      this.#taken = this.#taken.filter(({ offset }) => offset !== record.queueOffset)
    }
  }

  #checkpoint(): TimerCheckpoint {
    const { firstWakeAt, firstOffset } = this.#pending
    const [taken] = this.#taken
    const isTaken =
      taken && (taken.wakeAt < firstWakeAt || (taken.wakeAt === firstWakeAt && taken.offset < firstOffset))
    const first = isTaken ? taken : { wakeAt: firstWakeAt, offset: firstOffset }
    return {
      queueOffset: this.#queueOffset,
      wakeAt: first.wakeAt,
      wakeOffset: first.offset,
      firstOffset: this.#firstOffset,
    }
  }

  async #save(): Promise<void> {
    const now = this.#needs.clock.now()
    if (now - this.#firstOffsetAt >= FIRST_OFFSET_INTERVAL_MS) {
      this.#firstOffsetAt = now
      const offsets = this.#taken.map(({ offset }) => offset)
      this.#firstOffset = Math.min(this.#queueOffset, this.#pending.minOffset(), ...offsets)
    }
    const page = TimerCheckpoint.encode(this.#checkpoint(), now)
    // The log must not lose a delivery that the checkpoint knows of.
    const { files, store } = this.#needs
    if (await store.flush()) await replaceFile(files, { path: this.#path, content: page })
  }
}
