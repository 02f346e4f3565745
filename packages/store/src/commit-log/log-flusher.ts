import type { DiskFile } from '@rocketeer/files'
import { assert, type Clock, Rounds } from '@rocketeer/foundation'

const PAGE_BYTES = 4096
/** Less than this waits for more. Apache: flushCommitLogLeastPages. */
const FLUSH_PAGES_MIN = 4
/** … unless it waited this long. Apache: flushCommitLogThoroughInterval. */
const FLUSH_THOROUGH_INTERVAL_MS = 10_000

interface LogFlusherOptions {
  readonly clock: Clock
  /** Apache: flushIntervalCommitLog. */
  readonly intervalMs: number
  /** Everything before it is on disk already. */
  readonly flushed: number
  /** Makes the names of new files durable: bytes in a file nobody finds are lost. */
  readonly syncNames: () => Promise<void>
  /** Called when everything before `offset` is on disk. */
  readonly onFlushed: (offset: number) => void
  /** Called when a flush failed: what the disk holds is unknown, and asking again would not tell (fsyncgate). */
  readonly onFailed: (error: unknown) => void
}

/** Brings written bytes to the disk. One flush runs at a time; what is written meanwhile goes with the next one. */
export class LogFlusher {
  readonly #options: LogFlusherOptions
  /** Flushes that are not asked for at once. */
  readonly #rounds: Rounds
  /** Files written since their last flush, oldest first. */
  readonly #dirty = new Set<DiskFile>()
  /** Files that take no more writes; closed once they are flushed. */
  readonly #retired = new Set<DiskFile>()
  #written: number
  #flushed: number
  #lastFlushAt: number
  #running: Promise<void> | undefined
  /** One more flush follows the one that runs. */
  #again = false
  #failed = false

  constructor(options: LogFlusherOptions) {
    this.#options = options
    this.#written = options.flushed
    this.#flushed = options.flushed
    this.#lastFlushAt = options.clock.now()
    this.#rounds = new Rounds({
      clock: options.clock,
      round: () => this.#flushIfWorthwhile(),
      onFailure: options.onFailed,
      retryAfterMs: options.intervalMs,
    })
    this.#rounds.start()
  }

  /** Everything before it survives a power cut. */
  get flushedOffset(): number {
    return this.#flushed
  }

  /** Everything before it is in the files. */
  get writtenOffset(): number {
    return this.#written
  }

  /** Says that `file` holds the log up to `offset`. */
  wrote(file: DiskFile, offset: number): void {
    assert(offset >= this.#written, 'the log is written forwards')
    this.#dirty.add(file)
    this.#written = offset
  }

  /** Says that `file` takes no more writes. */
  retire(file: DiskFile): void {
    this.#retired.add(file)
  }

  /** Flushes soon: at once, or with the next flush when one is running. */
  flushNow(): void {
    if (this.#failed || this.#flushed >= this.#written) return
    if (this.#running) this.#again = true
    else void this.#flush()
  }

  /** Flushes some time later, together with what comes until then. */
  flushLater(): void {
    this.#rounds.due(this.#options.clock.now() + this.#options.intervalMs)
  }

  /** Resolves when everything written before `offset` (or so far) is on disk, or a flush failed. */
  async flushTo(offset: number): Promise<void> {
    while (!this.#failed && this.#flushed < Math.min(offset, this.#written)) {
      await (this.#running ?? this.#flush())
    }
  }

  /** Says that the log was cut off or begun at `end`. Nothing may be unflushed or running. */
  reset(end: number): void {
    assert(!this.#running && this.#flushed === this.#written, 'a log that is cut has been flushed')
    this.#dirty.clear()
    this.#written = end
    this.#flushed = end
  }

  async close(): Promise<void> {
    await this.#rounds.close()
    await this.#running
    for (const file of this.#retired) await file.close()
  }

  async #flushIfWorthwhile(): Promise<number> {
    const { clock } = this.#options
    const bytes = this.#written - this.#flushed
    if (bytes > 0 && !this.#failed) {
      const overdueAt = this.#lastFlushAt + FLUSH_THOROUGH_INTERVAL_MS
      // The next write asks again before.
      if (bytes < FLUSH_PAGES_MIN * PAGE_BYTES && clock.now() < overdueAt) return overdueAt
      await (this.#running ?? this.#flush())
    }
    return Number.POSITIVE_INFINITY
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
      await this.#options.syncNames()
    } catch (error) {
      this.#failed = true
      this.#options.onFailed(error)
      return
    }
    assert(target >= this.#flushed && target <= this.#written, 'a flush moves forward, up to what is written')
    this.#flushed = target
    this.#lastFlushAt = this.#options.clock.now()
    this.#options.onFlushed(target)
  }
}
