import { type Clock, option, parseOptions, Rounds, systemClock, z } from '@rocketeer/foundation'
import type { DeletedRows } from '../sql/delete-old-rows.js'
import { isConflict } from '../sql/sql-errors.js'
import { Worker } from '../worker/worker.js'

/** What `inbox.cleaner` takes. */
export interface InboxCleanerOptions {
  /**
   * How long a row is kept, 604,800,000 ms (7 days). Longer than a message can still come: brokers keep messages for 72
   * hours by default, dead letters among them.
   */
  keepMs?: number | undefined
  /** Pause between two rounds, 60,000 ms. */
  intervalMs?: number | undefined
  /** Aborting it closes the cleaner. */
  signal?: AbortSignal | undefined
  /** Drives the rounds; the age of rows goes by the clock of the database. */
  clock?: Clock | undefined
}

const schema = z.strictObject({
  keepMs: z
    .int()
    .positive()
    .default(7 * 24 * 3_600_000),
  intervalMs: option.milliseconds().default(60_000),
  signal: z.instanceof(AbortSignal).optional(),
  clock: option.clock().default(systemClock),
}) satisfies z.ZodType<unknown, InboxCleanerOptions>

/** What a cleaner has done. */
export interface InboxCleanerStatus {
  /** Rows deleted since it started. */
  readonly deleted: number
  /** When its last round ended without a failure, in milliseconds since the epoch; undefined before. */
  readonly lastRoundAt: number | undefined
}

/** Deletes old rows in small transactions of their own, so that no consumer waits for it. Several may run at once. */
export class InboxCleaner extends Worker {
  readonly #rounds: Rounds
  #deleted = 0
  #lastRoundAt: number | undefined

  /** @internal `clean` deletes some rows of that age. */
  constructor(table: string, options: InboxCleanerOptions, clean: (keepMs: number) => Promise<DeletedRows>) {
    const { keepMs, intervalMs, signal, clock } = parseOptions(schema, options, 'inbox.cleaner')
    super(`the cleaner of the inbox "${table}"`, signal)
    this.#rounds = new Rounds({
      clock,
      round: async () => {
        const { rows, more } = await clean(keepMs)
        this.#deleted += rows
        this.#lastRoundAt = clock.now()
        return clock.now() + (more ? 0 : intervalMs)
      },
      onFailure: (error) => {
        // Another cleaner was at the same rows.
        if (!isConflict(error)) this.report(error, { table })
      },
      retryAfterMs: intervalMs,
    })
    this.closeInTime(() => this.#rounds.close())
    this.#rounds.start()
    this.#rounds.due(clock.now())
  }

  get status(): InboxCleanerStatus {
    return { deleted: this.#deleted, lastRoundAt: this.#lastRoundAt }
  }
}
