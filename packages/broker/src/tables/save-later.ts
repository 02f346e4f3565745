import { type Clock, type Logger, messageOf, type Timer } from '@rocketeer/foundation'

interface SaveLaterNeeds {
  clock: Clock
  logger: Logger
  intervalMs: () => number
  save: () => Promise<void>
  /** Names what is saved, for the log. */
  subject: string
}

/** Saves what changed once per interval, and not at all while nothing changes; tries again when that fails. */
export class SaveLater {
  readonly #needs: SaveLaterNeeds
  #timer: Timer | undefined

  constructor(needs: SaveLaterNeeds) {
    this.#needs = needs
  }

  changed(): void {
    this.#timer ??= this.#needs.clock.after(this.#needs.intervalMs(), () => this.#save())
  }

  close(): void {
    this.#timer?.cancel()
  }

  async #save(): Promise<void> {
    this.#timer = undefined
    try {
      await this.#needs.save()
    } catch (error) {
      this.#needs.logger.error(
        { reason: messageOf(error) },
        `${this.#needs.subject} were not saved, trying again`,
      )
      this.changed()
    }
  }
}
