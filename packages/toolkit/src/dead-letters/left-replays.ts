import { type Client, isRocketeerError } from '@rocketeer/client'
import type { DeadLetterOutcome } from './outcome.js'
import type { DeadLetterWorkerConfig } from './worker-options.js'

/** How often to look for replays that a worker left behind. */
const LIST_INTERVAL_MS = 600_000
/** What has changed since is still with the worker that replayed it. */
const LEFT_AFTER_MS = 120_000
/** Looking one up takes some twenty requests. */
const LOOKED_UP_PER_ROUND = 5

interface LeftReplaysNeeds {
  client: Client
  group: string
  config: DeadLetterWorkerConfig
  onConsumed: (outcome: DeadLetterOutcome) => Promise<void>
}

/** Finds out what became of messages whose worker has ended before it knew: of each by its copies, a few at a time. */
export class LeftReplays {
  readonly #needs: LeftReplaysNeeds
  #left: DeadLetterOutcome[] = []
  #listedAt = Number.NEGATIVE_INFINITY

  constructor(needs: LeftReplaysNeeds) {
    this.#needs = needs
  }

  get size(): number {
    return this.#left.length
  }

  async look(): Promise<void> {
    if (this.#left.length === 0) await this.#list()
    for (const outcome of this.#left.splice(0, LOOKED_UP_PER_ROUND)) await this.#lookUp(outcome)
  }

  async #list(): Promise<void> {
    const { group, config } = this.#needs
    const now = config.clock.now()
    if (now - this.#listedAt < LIST_INTERVAL_MS) return
    this.#listedAt = now
    for (const state of ['replayed', 'retrying'] as const) {
      const outcomes = await config.outcomes.list({ group, state, outcomesMax: config.undecidedMax })
      this.#left.push(...outcomes.filter(({ changedAt }) => changedAt < now - LEFT_AFTER_MS))
    }
  }

  async #lookUp(outcome: DeadLetterOutcome): Promise<void> {
    const { client, group, onConsumed } = this.#needs
    try {
      const lives = await client.admin().messages.lives(outcome.messageId, outcome.topic)
      const states = lives.flatMap(({ groups }) => groups).filter((life) => life.group === group)
      if (states.some(({ state }) => state === 'consumed')) await onConsumed(outcome)
    } catch (error) {
      // It has expired: nobody will know.
      if (!isRocketeerError(error, 'MESSAGE_NOT_FOUND') && !isRocketeerError(error, 'NO_ROUTE')) throw error
    }
  }
}
