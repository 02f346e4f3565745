import { type Clock, DeadlineTimer } from '@rocketeer/foundation'
import type { AppendResult, UncommittedRecord } from './append.js'
import type { LogHolder } from './commit-point.js'

interface Batch {
  readonly records: readonly UncommittedRecord[]
  /** Committed when the commit point reaches it. */
  readonly end: number
  readonly deadline: number
}

interface CommitWaitersOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  /** The holder the commit point waits for. */
  readonly awaitedHolder: () => LogHolder
}

/** The status of an append whose holder is late. Memory never is: a write is over before anybody waits for it. */
const LATE_STATUS: Record<LogHolder, AppendResult['status']> = {
  memory: 'flushTimeout',
  disk: 'flushTimeout',
}

/**
 * Written records that wait for the commit point. An append that waits longer than the limit is answered with the
 * holder that is late (Apache: FLUSH_DISK_TIMEOUT, FLUSH_SLAVE_TIMEOUT); its record stays in line and becomes readable
 * when it is committed.
 */
export class CommitWaiters {
  readonly #options: CommitWaitersOptions
  /** In the order of the log. */
  readonly #batches: Batch[] = []
  /** Armed by the first batch of many and left to run out: that is cheaper than a timer for each batch. */
  readonly #timer: DeadlineTimer

  constructor(options: CommitWaitersOptions) {
    this.#options = options
    this.#timer = new DeadlineTimer(options.clock, () => this.#answerLate())
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0
  }

  /** Adds records that end at `end`, the last ones of the log. */
  add(records: readonly UncommittedRecord[], end: number): void {
    const deadline = this.#options.clock.now() + this.#options.timeoutMs
    this.#batches.push({ records, end, deadline })
    this.#timer.arm(deadline)
  }

  /** Removes and returns the records before `committed`, in the order of the log. */
  take(committed: number): readonly UncommittedRecord[] {
    const first = this.#batches[0]
    if (first === undefined || first.end > committed) return []
    if (this.#batches.length === 1) {
      this.#batches.length = 0
      return first.records
    }
    const left = this.#batches.findIndex((batch) => batch.end > committed)
    const taken = this.#batches.splice(0, left < 0 ? this.#batches.length : left)
    return taken.flatMap((batch) => batch.records)
  }

  takeAll(): readonly UncommittedRecord[] {
    return this.take(Number.POSITIVE_INFINITY)
  }

  close(): void {
    this.#timer.close()
  }

  #answerLate(): number {
    const now = this.#options.clock.now()
    const status = LATE_STATUS[this.#options.awaitedHolder()]
    for (const { records, deadline } of this.#batches) {
      if (deadline > now) return deadline
      for (const record of records) {
        if (record.result) record.done?.(undefined, { ...record.result, status })
        record.done = undefined
      }
    }
    return Number.POSITIVE_INFINITY
  }
}
