import { type Clock, messageOf, Rounds, sleep } from '@rocketeer/foundation'
import type { CommitLog } from '../commit-log/commit-log.js'
import type { LogFiles } from '../commit-log/log-files.js'
import type { LogReader } from '../commit-log/log-reader.js'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import { storeErrors } from '../errors.js'
import type { IndexFiles } from '../index-file/index-files.js'
import type { RetentionLimits, StoreConfig } from '../options.js'

const HOUR_MS = 3_600_000
/** Apache looks every 10 s; the hour of `deleteWhen` is not missed by looking every minute. */
const EXPIRY_CHECK_INTERVAL_MS = 60_000
/** Apache: cleanResourceInterval. */
const DISK_CHECK_INTERVAL_MS = 10_000

interface RetentionNeeds {
  readonly config: StoreConfig
  readonly files: LogFiles
  readonly log: CommitLog
  readonly reader: LogReader
  readonly queues: ConsumeQueues
  readonly index: IndexFiles | undefined
}

/**
 * Deletes commit log files that are older than `fileReservedHours`, at the hours of `deleteWhen` or when the disk fills
 * up; above `diskUsedPercentForce` files go before their time, above `diskUsedPercentMax` writes are refused until there
 * is room again. Apache: DefaultMessageStore.CleanCommitLogService.
 */
export class Retention {
  readonly #needs: RetentionNeeds
  readonly #config: StoreConfig
  /** Looks for what has expired, by the time of messages. */
  readonly #expiryRounds: Rounds
  /** Looks how full the disk is, by the time of the disk. */
  readonly #diskRounds: Rounds
  #running: Promise<number> | undefined
  #refusing = false
  readonly #closing = new AbortController()

  constructor(needs: RetentionNeeds) {
    this.#needs = needs
    this.#config = needs.config
    const { clock, ioClock } = needs.config
    this.#expiryRounds = this.#rounds({ clock, intervalMs: EXPIRY_CHECK_INTERVAL_MS }, async () => {
      if (this.#hours().has(new Date(clock.now()).getHours())) await this.#clean(true)
    })
    this.#diskRounds = this.#rounds({ clock: ioClock, intervalMs: DISK_CHECK_INTERVAL_MS }, async () => {
      await this.#clean(false)
    })
  }

  /** Deletes what has expired, whatever the hour; returns the number of commit log files. */
  async deleteExpired(): Promise<number> {
    await this.#running
    return this.#clean(true)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#expiryRounds.close()
    await this.#diskRounds.close()
    await this.#running
  }

  #rounds({ clock, intervalMs }: { clock: Clock; intervalMs: number }, look: () => Promise<void>): Rounds {
    const rounds = new Rounds({
      clock,
      round: async () => {
        await look()
        return clock.now() + intervalMs
      },
      onFailure: (error) => this.#onFailure(error),
      retryAfterMs: intervalMs,
    })
    rounds.due(clock.now() + intervalMs)
    rounds.start()
    return rounds
  }

  get #limits(): RetentionLimits {
    return this.#config.retention?.() ?? this.#config
  }

  #hours(): ReadonlySet<number> {
    return new Set(this.#limits.deleteWhen.split(';').map(Number))
  }

  /** One cleaning at a time; a second one meanwhile has nothing to add. */
  #clean(expiredToo: boolean): Promise<number> {
    this.#running ??= this.#deleteFiles(expiredToo)
      .catch((error) => {
        // The end of the store ends the pause between two deletions, too.
        if (error !== this.#closing.signal.reason) this.#onFailure(error)
        return 0
      })
      .finally(() => {
        this.#running = undefined
      })
    return this.#running
  }

  #onFailure(error: unknown): void {
    this.#config.logger.error(
      { reason: messageOf(error) },
      'old messages could not be deleted; trying again later',
    )
  }

  async #deleteFiles(expiredToo: boolean): Promise<number> {
    const { clock, ioClock, deleteIntervalMs, logger } = this.#config
    let deleted = 0
    while (!this.#closing.signal.aborted) {
      const usedPercent = await this.#checkDisk()
      const { fileReservedHours, diskUsedPercentClean, diskUsedPercentForce } = this.#limits
      const end = await this.#oldestFileEnd()
      if (end === undefined) break
      const expired = end + fileReservedHours * HOUR_MS <= clock.now()
      const isDue = expired && (expiredToo || usedPercent > diskUsedPercentClean)
      if (!isDue && usedPercent <= diskUsedPercentForce) break
      // Deleting a large file keeps the disk busy: writers get their turn between two.
      if (deleted > 0) await sleep(ioClock, deleteIntervalMs, this.#closing.signal)
      await this.#deleteOldest()
      deleted++
      logger.info({ usedPercent, expired, storedUntil: end }, 'a commit log file was deleted')
    }
    return deleted
  }

  async #checkDisk(): Promise<number> {
    const { diskUsedPercentMax } = this.#limits
    const { log } = this.#needs
    const { logger } = this.#config
    const path = this.#needs.files.directory
    const { usedPercent } = await this.#config.files.space(path)
    const full = usedPercent > diskUsedPercentMax
    if (full !== this.#refusing) {
      this.#refusing = full
      const facts = { path, usedPercent, usedPercentMax: diskUsedPercentMax }
      if (full) logger.error(facts, 'the disk is nearly full: messages are refused')
      else logger.info(facts, 'the disk has room again: messages are taken')
    }
    log.refuse(
      full ? storeErrors.DISK_FULL({ path, usedPercent, usedPercentMax: diskUsedPercentMax }) : undefined,
    )
    return usedPercent
  }

  /**
   * Store timestamp of the newest message in the oldest file, as the first one of the next file tells it: file times do
   * not survive a copy. Undefined when only the newest file is left.
   */
  async #oldestFileEnd(): Promise<number | undefined> {
    const { files, log, reader } = this.#needs
    const next = files.bases[1]
    if (next === undefined || next >= log.commitOffset) return undefined
    const timestamp = await reader.storeTimestamp(next)
    // An unreadable one does not expire, but goes when the disk fills up.
    return timestamp < 0 ? Number.POSITIVE_INFINITY : timestamp
  }

  /** Deletes the oldest file and what points into it. */
  async #deleteOldest(): Promise<void> {
    const { files, reader, queues, index } = this.#needs
    if (!(await files.deleteOldest())) return
    const { minOffset } = files
    reader.forgetBefore(minOffset)
    await queues.expire(minOffset)
    await index?.expire(minOffset)
  }
}
