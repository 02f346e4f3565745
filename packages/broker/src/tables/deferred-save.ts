import { type Clock, type Logger, messageOf, Rounds } from '@rocketeer/foundation'

interface Needs {
  clock: Clock
  logger: Logger
  intervalMs: () => number
  save: () => Promise<void>
  /** Names what is saved, for the log. */
  subject: string
}

/** Saves what changed once per interval, and not at all while nothing changes; tries again when that fails. */
export class DeferredSave {
  readonly #needs: Needs
  readonly #rounds: Rounds

  constructor(needs: Needs) {
    const { clock, logger, subject } = needs
    this.#needs = needs
    this.#rounds = new Rounds({
      clock,
      round: async () => {
        await needs.save()
        return Number.POSITIVE_INFINITY
      },
      retryAfterMs: needs.intervalMs,
      onFailure: (error) =>
        logger.error({ reason: messageOf(error) }, `${subject} were not saved, trying again`),
    })
    this.#rounds.start()
  }

  /** Called for each change: nothing here may cost anything while a save is due already. */
  changed(): void {
    if (this.#rounds.dueAt < Number.POSITIVE_INFINITY) return
    this.#rounds.due(this.#needs.clock.now() + this.#needs.intervalMs())
  }

  /** Saves no more; resolves when the save under way is over. */
  close(): Promise<void> {
    return this.#rounds.close()
  }
}
