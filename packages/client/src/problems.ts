import { Outages } from './outages.js'

/** Which part of a client a problem comes from; empty when it concerns the client as a whole. */
export interface ProblemSource {
  readonly part?: 'consumer' | 'transaction producer' | 'trace' | 'journal'
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

/** Receives a problem; `heard` says whether a part within has told somebody who listens. */
type Receiver = (problem: Problem, heard: boolean) => unknown

/**
 * Receives the failures of background work. The client has one; each consumer, and every other part with a source of its
 * own, has one within it. A problem goes to those who listen to the part, then on to the client; one with a connection goes
 * there once until the connection has changed.
 */
export class Problems {
  readonly #receive: Receiver
  readonly #source: ProblemSource
  readonly #outages: Outages

  constructor(receive: Receiver, source: ProblemSource = {}, outages = new Outages()) {
    this.#source = source
    this.#outages = outages
    const isNews = outages.newsOnly()
    this.#receive = (problem, heard) => isNews(problem.error) && receive(problem, heard)
  }

  /**
   * Bound, so it can be passed as a function: `sending.catch(problems.report)`. `source`: for example the queue
   * concerned.
   */
  readonly report = (error: unknown, source?: ProblemSource): void => {
    this.#receive({ error, source: source ? { ...this.#source, ...source } : this.#source }, false)
  }

  /** Problems of one part. `tell` tells those who listen to the part, and returns whether there was anybody. */
  within(source: ProblemSource, tell: (problem: Problem) => boolean = () => false): Problems {
    const receive: Receiver = (problem, heard) => this.#receive(problem, tell(problem) || heard)
    return new Problems(receive, { ...this.#source, ...source }, this.#outages)
  }
}

/** Names where a problem comes from in a sentence: `the consumer (group "coupon", queue 3)`. */
export function sourceText({ part, group, topic, brokerName, queueId }: ProblemSource): string {
  const place = [
    group !== undefined && `group "${group}"`,
    topic !== undefined && `topic "${topic}"`,
    brokerName !== undefined && `broker "${brokerName}"`,
    queueId !== undefined && `queue ${queueId}`,
  ].filter((text) => text !== false)
  return `the ${part ?? 'client'}${place.length > 0 ? ` (${place.join(', ')})` : ''}`
}
