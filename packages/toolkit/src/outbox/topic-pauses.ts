import type { Clock } from '@rocketeer/foundation'

const PAUSE_MS_MIN = 1_000
const PAUSE_MS_MAX = 30_000

/** Topics whose messages wait for a while because a send failed; each failure in a row doubles the pause, up to 30 s. */
export class TopicPauses {
  readonly #clock: Clock
  readonly #pauses = new Map<string, { until: number; pauseMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  has(topic: string): boolean {
    return (this.#pauses.get(topic)?.until ?? Number.NEGATIVE_INFINITY) > this.#clock.now()
  }

  /** Those that wait now. */
  topics(): string[] {
    return [...this.#pauses.keys()].filter((topic) => this.has(topic))
  }

  /** Returns false when the topic waits already: other sends failed at the same time. */
  begin(topic: string): boolean {
    if (this.has(topic)) return false
    const pauseMs = Math.min(PAUSE_MS_MAX, 2 * (this.#pauses.get(topic)?.pauseMs ?? PAUSE_MS_MIN / 2))
    this.#pauses.set(topic, { until: this.#clock.now() + pauseMs, pauseMs })
    return true
  }

  /** A send has succeeded. */
  end(topic: string): void {
    this.#pauses.delete(topic)
  }
}
