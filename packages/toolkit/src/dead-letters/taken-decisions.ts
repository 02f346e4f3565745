import type { Client } from '@rocketeer/client'
import { DecisionReader, type NotedDecision } from './decision-notes.js'
import type { DeadLetterOutcome, OutcomeStore } from './outcome.js'

interface TakenDecisionsNeeds {
  client: Client
  group: string
  outcomes: OutcomeStore
  /** Called for each decision that nobody has taken yet. */
  onTaken: (outcome: DeadLetterOutcome) => Promise<void>
}

/** Takes what people decide by `decideDeadLetters` into the outcomes of a worker. */
export class TakenDecisions {
  readonly #needs: TakenDecisionsNeeds
  readonly #reader: DecisionReader

  constructor(needs: TakenDecisionsNeeds) {
    this.#needs = needs
    this.#reader = new DecisionReader(needs.client, needs.group)
  }

  /** Looks for new ones; the first time for all that are stored. */
  look(): Promise<void> {
    return this.#reader.read((decision) => this.#take(decision))
  }

  async #take(decision: NotedDecision): Promise<void> {
    const { group, outcomes, onTaken } = this.#needs
    const { messageId, topic, key, state, decidedAt } = decision
    const known = await outcomes.find(group, messageId)
    // It was replayed since, or something newer was decided here.
    if (known && known.replays > decision.replays) return
    if (known && isDecided(known) && known.changedAt >= decidedAt) return
    const [replays, reason] =
      state === 'replayed' ? [decision.replays + 1, undefined] : [decision.replays, decision.reason]
    await onTaken({ group, messageId, topic, key, state, replays, reason, changedAt: decidedAt })
  }
}

/** Whether it is not replayed by itself. */
export function isDecided({ state }: DeadLetterOutcome): boolean {
  return state === 'parked' || state === 'dropped'
}
