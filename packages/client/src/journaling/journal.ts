import type { JournalStatus } from './journal-status.js'
import type { JournaledSends } from './journaled-sends.js'

/** The journal of a producer: `producer.journal`. */
export class Journal {
  readonly #sends: JournaledSends

  /** @internal */
  constructor(sends: JournaledSends) {
    this.#sends = sends
  }

  /** How it is now. */
  get status(): JournalStatus {
    return this.#sends.status
  }

  /** Resolves when it is open. Rejects with `JOURNAL_IN_USE` or `JOURNAL_FAILED`, as each send does then. */
  get ready(): Promise<void> {
    return this.#sends.opened
  }

  /** Resolves when nothing waits in it. Rejects with `CLOSED` when the producer is closed, or with the signal's reason. */
  drained(options: { signal?: AbortSignal } = {}): Promise<void> {
    return this.#sends.drained(options.signal)
  }

  /**
   * Puts what was set aside behind everything else, to be delivered again: the topic exists now, say. Resolves to how many
   * sends these were.
   */
  retrySetAside(): Promise<number> {
    return this.#sends.retrySetAside()
  }
}
