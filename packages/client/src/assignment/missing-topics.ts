import { isRocketeerError } from '@rocketeer/foundation'

/**
 * Topics without a route. Each is looked up again after a second, and then ever more rarely, and may be missing for long:
 * it is reported when it is missing the second time, since the first message often creates it, and again only when there
 * is something new to say.
 */
export class MissingTopics {
  /** What was said last, by topic; undefined before the first report. */
  readonly #reported = new Map<string, string | undefined>()

  found(topic: string): void {
    this.#reported.delete(topic)
  }

  /** Whether this failure to get the queues of a topic is to be reported; one of another kind always is. */
  isNews(topic: string, error: unknown): boolean {
    if (!isRocketeerError(error, 'NO_ROUTE')) return true
    const isFirst = !this.#reported.has(topic)
    const said = this.#reported.get(topic)
    this.#reported.set(topic, isFirst ? undefined : error.message)
    return !isFirst && error.message !== said
  }
}
