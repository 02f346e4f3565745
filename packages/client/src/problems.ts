/** Which part of a client a problem comes from; empty when it concerns the client as a whole. */
interface ProblemSource {
  readonly part?: 'consumer' | 'transaction producer' | 'trace'
  readonly group?: string
  readonly topic?: string
  readonly brokerName?: string
  readonly queueId?: number
}

/** A failure in the background, with no caller to throw it to. */
export interface Problem {
  readonly error: unknown
  readonly source: ProblemSource
}

/**
 * Receives the failures of background work. The client has one; each consumer, and every other part with a `problem`
 * event of its own, has one within it, which adds the source of its problems.
 */
export class Problems {
  readonly #listener: (problem: Problem) => void
  readonly #source: ProblemSource

  constructor(listener: (problem: Problem) => void, source: ProblemSource = {}) {
    this.#listener = listener
    this.#source = source
  }

  /**
   * Bound, so it can be passed as a function: `sending.catch(problems.report)`. `source`: for example the queue
   * concerned.
   */
  readonly report = (error: unknown, source?: ProblemSource): void => {
    this.#listener({ error, source: source ? { ...this.#source, ...source } : this.#source })
  }

  /** Problems of one part: they go to `listener` instead of the listener of the whole. */
  within(source: ProblemSource, listener: (problem: Problem) => void): Problems {
    return new Problems(listener, { ...this.#source, ...source })
  }
}
