import { type Logger, messageOf, type RocketeerError, type Timer } from '@rocketeer/foundation'
import { storeErrors } from '../errors.js'
import type { RetentionLimits, StoreSettings } from '../options.js'

const HOUR_MS = 3_600_000
/** Apache looks every 10 s; the hour of `deleteWhen` is not missed by looking every minute. */
const EXPIRY_CHECK_INTERVAL_MS = 60_000
/** Apache: cleanResourceInterval. Real time: the disk fills in real time. */
const DISK_CHECK_INTERVAL_MS = 10_000

export interface RetentionNeeds {
  settings: StoreSettings
  logPath: string
  /** Store timestamp up to which the oldest deletable file reaches; undefined when only the newest file is left. */
  oldestFileEnd: () => Promise<number | undefined>
  /** Deletes the oldest commit log file and everything derived from it. */
  deleteOldest: () => Promise<void>
  /** Refuses appends with this error, or takes them again. */
  refuse: (reason: RocketeerError | undefined) => void
}

/**
 * Deletes commit log files that are older than `fileReservedHours`, at the hours of `deleteWhen` or when the disk fills
 * up; above `diskUsedPercentForce` files go before their time, above `diskUsedPercentMax` writes are refused until there
 * is room again. Apache: DefaultMessageStore.CleanCommitLogService.
 */
export class Retention {
  readonly #needs: RetentionNeeds
  readonly #settings: StoreSettings
  readonly #logger: Logger
  #expiryTimer: Timer | undefined
  #diskTimer: NodeJS.Timeout | undefined
  #running: Promise<number> | undefined
  #refusing = false
  #closed = false

  constructor(needs: RetentionNeeds) {
    this.#needs = needs
    this.#settings = needs.settings
    this.#logger = needs.settings.logger
  }

  start(): void {
    const { clock } = this.#settings
    this.#expiryTimer = clock.every(EXPIRY_CHECK_INTERVAL_MS, () => {
      if (this.#hours().has(new Date(clock.now()).getHours())) void this.#clean(true)
    })
    this.#diskTimer = setInterval(() => void this.#clean(false), DISK_CHECK_INTERVAL_MS).unref()
  }

  /** Deletes what is expired, whatever the hour; returns the number of commit log files. */
  async deleteExpired(): Promise<number> {
    await this.#running
    return this.#clean(true)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#expiryTimer?.cancel()
    clearInterval(this.#diskTimer)
    await this.#running
  }

  get #limits(): RetentionLimits {
    return this.#settings.retention?.() ?? this.#settings
  }

  #hours(): ReadonlySet<number> {
    return new Set(this.#limits.deleteWhen.split(';').map(Number))
  }

  /** One cleaning at a time; a second one meanwhile has nothing to add. */
  #clean(expiredToo: boolean): Promise<number> {
    this.#running ??= this.#deleteFiles(expiredToo)
      .catch((error) => {
        this.#logger.error(
          { reason: messageOf(error) },
          'old messages could not be deleted; trying again later',
        )
        return 0
      })
      .finally(() => {
        this.#running = undefined
      })
    return this.#running
  }

  async #deleteFiles(expiredToo: boolean): Promise<number> {
    const { clock } = this.#settings
    let deleted = 0
    while (!this.#closed) {
      const usedPercent = await this.#checkDisk()
      const { fileReservedHours, diskUsedPercentClean, diskUsedPercentForce } = this.#limits
      const end = await this.#needs.oldestFileEnd()
      if (end === undefined) break
      const expired = end + fileReservedHours * HOUR_MS <= clock.now()
      const due = expired && (expiredToo || usedPercent > diskUsedPercentClean)
      if (!due && usedPercent <= diskUsedPercentForce) break
      // Deleting a large file keeps the disk busy: writers get their turn between two.
      if (deleted > 0) await pause(this.#settings.deleteIntervalMs)
      await this.#needs.deleteOldest()
      deleted++
      this.#logger.info({ usedPercent, expired, storedUntil: end }, 'a commit log file was deleted')
    }
    return deleted
  }

  async #checkDisk(): Promise<number> {
    const { diskUsedPercentMax } = this.#limits
    const path = this.#needs.logPath
    const { usedPercent } = await this.#settings.files.space(path)
    const full = usedPercent > diskUsedPercentMax
    if (full !== this.#refusing) {
      this.#refusing = full
      const facts = { path, usedPercent, usedPercentMax: diskUsedPercentMax }
      if (full) this.#logger.error(facts, 'the disk is nearly full: messages are refused')
      else this.#logger.info(facts, 'the disk has room again: messages are taken')
    }
    this.#needs.refuse(
      full ? storeErrors.DISK_FULL({ path, usedPercent, usedPercentMax: diskUsedPercentMax }) : undefined,
    )
    return usedPercent
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
