import type { DiskFile } from '@rocketeer/files'

const PAGE_BYTES = 4096
/** Less than this waits for more. Apache: flushCommitLogLeastPages. */
const FLUSH_PAGES_MIN = 4
/** … unless it waited this long. Apache: flushCommitLogThoroughInterval. */
const FLUSH_THOROUGH_INTERVAL_MS = 10_000

interface FlusherEvents {
  /** Everything before `offset` is on disk. */
  onFlushed: (offset: number) => void
  /** A flush failed: what the disk holds is unknown, and asking again would not tell (fsyncgate). */
  onFailed: (error: unknown) => void
}

/**
 * Brings written bytes to the disk. One flush runs at a time; what is written meanwhile goes with the next
 * (group commit). Real time: it bounds what a power cut can take.
 */
export class LogFlusher {
  readonly #events: FlusherEvents
  readonly #intervalMs: number
  /** Files written since their last flush, oldest first. */
  readonly #dirty = new Set<DiskFile>()
  #written: number
  #flushed: number
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #lastFlushAt = performance.now()
  #failed = false
  #again = false
  /** Files that take no more writes; closed once they are flushed. */
  readonly #retired = new Set<DiskFile>()

  constructor(options: { intervalMs: number; flushed: number } & FlusherEvents) {
    this.#events = options
    this.#intervalMs = options.intervalMs
    this.#written = options.flushed
    this.#flushed = options.flushed
  }

  /** Everything before it survives a power cut. */
  get flushedOffset(): number {
    return this.#flushed
  }

  /** Says that `file` holds the log up to `offset`. */
  wrote(file: DiskFile, offset: number): void {
    this.#dirty.add(file)
    this.#written = offset
  }

  /** Flushes soon: at once, or with the next flush when one is running. */
  flushNow(): void {
    if (this.#failed || this.#flushed >= this.#written) return
    if (this.#running) this.#again = true
    else void this.#flush()
  }

  /** Says that `file` takes no more writes. */
  retire(file: DiskFile): void {
    this.#retired.add(file)
  }

  /** Flushes some time later, together with what comes until then. */
  flushLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const bytes = this.#written - this.#flushed
      if (bytes <= 0) return
      const overdue = performance.now() - this.#lastFlushAt > FLUSH_THOROUGH_INTERVAL_MS
      if (bytes >= FLUSH_PAGES_MIN * PAGE_BYTES || overdue) this.flushNow()
      else this.flushLater()
    }, this.#intervalMs).unref()
  }

  /** Resolves when everything written before `offset` (or so far) is on disk, or a flush failed. */
  async flushTo(offset: number): Promise<void> {
    while (!this.#failed && this.#flushed < Math.min(offset, this.#written)) {
      await (this.#running ?? this.#flush())
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#running
    for (const file of this.#retired) await file.close()
  }

  #flush(): Promise<void> {
    this.#running = this.#flushDirty().finally(() => {
      this.#running = undefined
      if (!this.#again) return
      this.#again = false
      this.flushNow()
    })
    return this.#running
  }

  async #flushDirty(): Promise<void> {
    const target = this.#written
    const files = [...this.#dirty]
    this.#dirty.clear()
    try {
      for (const file of files) {
        await file.datasync()
        // Written again while it was flushed: the next flush has it, too.
        if (!this.#dirty.has(file) && this.#retired.delete(file)) await file.close()
      }
    } catch (error) {
      this.#failed = true
      this.#events.onFailed(error)
      return
    }
    this.#flushed = target
    this.#lastFlushAt = performance.now()
    this.#events.onFlushed(target)
  }
}
