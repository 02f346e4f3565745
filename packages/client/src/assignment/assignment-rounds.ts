import { type Clock, Rounds } from '@rocketeer/foundation'
import type { Problems } from '../problems.js'

interface AssignmentRoundsNeeds {
  clock: Clock
  problems: Problems
  /** Never rejects. Resolves to when the next one is due; milliseconds of the clock. */
  round: () => Promise<number>
}

/** Rounds of assigning queues, one at a time, which callers can ask for and wait for. */
export class AssignmentRounds {
  readonly #clock: Clock
  readonly #rounds: Rounds
  /** Resolve the promises of `now` after the next round that begins. */
  #waiting: (() => void)[] = []
  #closed = false

  constructor({ clock, problems, round }: AssignmentRoundsNeeds) {
    this.#clock = clock
    this.#rounds = new Rounds({
      clock,
      round: async () => {
        const waiting = this.#waiting.splice(0)
        const nextAt = await round()
        for (const done of waiting) done()
        return nextAt
      },
      onFailure: problems.report,
      retryAfterMs: 1_000,
    })
    this.#rounds.start()
  }

  /** Resolves when a round is over that began after this call, or when there will be none; never rejects. */
  now(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#rounds.due(this.#clock.now())
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Resolves when a running round is over; there will be no other. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#rounds.close()
    for (const done of this.#waiting.splice(0)) done()
  }
}
