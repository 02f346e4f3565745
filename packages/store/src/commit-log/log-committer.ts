import { assert, type Clock } from '@rocketeer/foundation'
import type { UncommittedRecord } from './append.js'
import { COMMIT_RULES, CommitPoint } from './commit-point.js'
import { CommitWaiters } from './commit-waiters.js'
import { LogFlusher } from './log-flusher.js'

export interface LogCommitterOptions {
  readonly files: { syncNames(): Promise<void> }
  /** Where the log ends when it is opened. */
  readonly end: number
  /** The time of the disk, see `StoreOptions.ioClock`. */
  readonly ioClock: Clock
  readonly flushMode: keyof typeof COMMIT_RULES
  readonly flushIntervalMs: number
  readonly flushTimeoutMs: number
  /** Called with records that are committed from now on, in the order of the log. */
  readonly onCommitted: (records: readonly UncommittedRecord[]) => void
}

/** Brings written records to their commit: has them flushed as the flush mode says, and follows the commit point. */
export class LogCommitter {
  readonly #options: LogCommitterOptions
  readonly #commitPoint: CommitPoint
  readonly #waiters: CommitWaiters
  readonly flusher: LogFlusher
  readonly #counts = { appended: 0, appendedBytes: 0 }
  readonly #writeListeners = new Set<(writtenEnd: number) => void>()
  /** What the commit point and the listeners know to be written. */
  #reportedEnd: number

  constructor(options: LogCommitterOptions, onFlushFailed: (error: unknown) => void) {
    const { ioClock, end, flushMode, flushIntervalMs, flushTimeoutMs } = options
    this.#options = options
    this.#reportedEnd = end
    this.#commitPoint = new CommitPoint({
      rule: COMMIT_RULES[flushMode],
      start: end,
      onAdvance: (offset) => this.#onAdvance(offset),
    })
    this.#waiters = new CommitWaiters({
      clock: ioClock,
      timeoutMs: flushTimeoutMs,
      awaitedHolder: () => this.#commitPoint.awaitedHolder,
    })
    this.flusher = new LogFlusher({
      clock: ioClock,
      intervalMs: flushIntervalMs,
      flushed: end,
      syncNames: () => options.files.syncNames(),
      onFlushed: (offset) => this.#commitPoint.report('disk', offset),
      onFailed: onFlushFailed,
    })
  }

  /** Records before it are acknowledged and readable. */
  get offset(): number {
    return this.#commitPoint.offset
  }

  /** Records committed since the log was opened. */
  get counts(): Readonly<{ appended: number; appendedBytes: number }> {
    return this.#counts
  }

  /** Calls `listener` with the end of what is written each time a turn has brought something to the files. */
  onWritten(listener: (writtenEnd: number) => void): () => void {
    this.#writeListeners.add(listener)
    return () => this.#writeListeners.delete(listener)
  }

  /** Takes records that were just written and end at `end`; nobody hears of them before `reportWritten`. */
  add(records: readonly UncommittedRecord[], end: number): void {
    if (records.length > 0) this.#waiters.add(records, end)
    if (this.#options.flushMode === 'sync') this.flusher.flushNow()
    else this.flusher.flushLater()
  }

  /** Says that the log is written up to `end`. Listeners may append, so this must not happen within an append. */
  reportWritten(end: number): void {
    if (end === this.#reportedEnd) return
    this.#reportedEnd = end
    this.#commitPoint.report('memory', end)
    for (const listener of this.#writeListeners) listener(end)
  }

  /** Resolves with true when the log is on disk up to `offset`. */
  async flushTo(offset: number): Promise<boolean> {
    await this.flusher.flushTo(offset)
    return this.flusher.flushedOffset >= offset
  }

  /** Says that the log was cut off or begun at `end`. Everything must be committed. */
  reset(end: number): void {
    assert(this.#waiters.isEmpty, 'nobody waits for records that are cut off')
    this.#commitPoint.reset(end)
    this.#reportedEnd = end
  }

  /** Answers everybody who still waits with `error`. */
  fail(error: Error): void {
    for (const record of this.#waiters.takeAll()) record.done?.(error, undefined)
  }

  async close(): Promise<void> {
    await this.flusher.close()
    this.#waiters.close()
  }

  #onAdvance(offset: number): void {
    assert(offset <= this.flusher.writtenOffset, 'what is committed is written')
    const records = this.#waiters.take(offset)
    if (records.length === 0) return
    this.#counts.appended += records.length
    for (const { recordBytes } of records) this.#counts.appendedBytes += recordBytes
    this.#options.onCommitted(records)
  }
}
