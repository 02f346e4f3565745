/** Where in a client a problem came up, as far as it is about something more particular than the client. */
export interface ProblemSource {
  readonly part?: 'consumer' | 'transaction producer' | 'trace'
  readonly group?: string
  readonly topic?: string
  readonly brokerName?: string
  readonly queueId?: number
}

/** A failure in the background, where no caller waits to whom it could be thrown. */
export interface Problem {
  readonly error: unknown
  readonly source: ProblemSource
}

/**
 * Where everything that works in the background reports what went wrong. The client makes one; each consumer, and
 * whatever else has a `problem` event of its own, makes another within it, which adds where its problems come from.
 */
export class Problems {
  readonly #listener: (problem: Problem) => void
  readonly #source: ProblemSource

  constructor(listener: (problem: Problem) => void, source: ProblemSource = {}) {
    this.#listener = listener
    this.#source = source
  }

  /** May be passed on as it is: `sending.catch(problems.report)`. `source`: for example the queue it is about. */
  readonly report = (error: unknown, source?: ProblemSource): void => {
    this.#listener({ error, source: source ? { ...this.#source, ...source } : this.#source })
  }

  /** The problems of a part of this, which `listener` hears of instead of whoever hears of these. */
  within(source: ProblemSource, listener: (problem: Problem) => void): Problems {
    return new Problems(listener, { ...this.#source, ...source })
  }
}
