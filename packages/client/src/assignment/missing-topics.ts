import { type Clock, isRocketeerError } from '@rocketeer/foundation'

/** Below the second after which a missing topic is looked up again: the first message often creates it meanwhile. */
const SILENCE_MS = 900

interface Missing {
  readonly since: number
  /** What was reported last; undefined before the first report. */
  said: string | undefined
}

/**
 * Topics without a route. Each is looked up again after a second, and then ever more rarely, and may be missing for long:
 * it is reported when it has been missing for about a second, and again only when there is something new to say.
 */
export class MissingTopics {
  readonly #clock: Clock
  readonly #missing = new Map<string, Missing>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  found(topic: string): void {
    this.#missing.delete(topic)
  }

  /** Whether this failure to get the queues of a topic is to be reported; one of another kind always is. */
  isNews(topic: string, error: unknown): boolean {
    if (!isRocketeerError(error, 'NO_ROUTE')) return true
    const now = this.#clock.now()
    const missing = this.#missing.get(topic) ?? { since: now, said: undefined }
    this.#missing.set(topic, missing)
    if (now - missing.since < SILENCE_MS || error.message === missing.said) return false
    missing.said = error.message
    return true
  }
}
