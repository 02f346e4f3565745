import type { OffsetSequence, PendingAppend } from './append.js'

interface Batch<Queue extends OffsetSequence> {
  entries: PendingAppend<Queue>[]
  /** On disk once the log is flushed up to here. */
  end: number
  writtenAt: number
}

/**
 * Records written under SYNC_FLUSH that wait for their flush. Whoever waits longer than the limit is told so
 * (FLUSH_DISK_TIMEOUT); the record itself stays in line and becomes readable when its flush is done.
 */
export class FlushWaiters<Queue extends OffsetSequence> {
  readonly #timeoutMs: number
  readonly #batches: Batch<Queue>[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  add(entries: PendingAppend<Queue>[], end: number): void {
    this.#batches.push({ entries, end, writtenAt: performance.now() })
    this.#timer ??= setInterval(() => this.#answerOverdue(), this.#timeoutMs / 10).unref()
  }

  /** Records that are on disk when everything before `flushed` is, in the order of the log. */
  take(flushed: number): PendingAppend<Queue>[] {
    const taken = this.#batches.findIndex((batch) => batch.end > flushed)
    return this.#batches.splice(0, taken < 0 ? this.#batches.length : taken).flatMap((batch) => batch.entries)
  }

  takeAll(): PendingAppend<Queue>[] {
    return this.take(Number.POSITIVE_INFINITY)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #answerOverdue(): void {
    const overdueBefore = performance.now() - this.#timeoutMs
    for (const batch of this.#batches) {
      if (batch.writtenAt > overdueBefore) return
      for (const entry of batch.entries) {
        entry.done?.(undefined, { ...entry.result, status: 'flushTimeout' })
        entry.done = undefined
      }
    }
  }
}
