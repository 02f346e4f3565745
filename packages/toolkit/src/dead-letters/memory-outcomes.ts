import { type DeadLetterOutcome, noOutcomes, OUTCOMES_LISTED, type OutcomeStore } from './outcome.js'

const OUTCOMES_MAX_DEFAULT = 10_000

/**
 * Keeps the last outcomes in memory, for trying out and for tests: they are lost with the process, and workers do not
 * share them. `outcomesMax`: how many, 10,000; a worker should have five for each message that may be undecided.
 */
export function memoryOutcomes(outcomesMax = OUTCOMES_MAX_DEFAULT): OutcomeStore {
  const outcomes = new Map<string, DeadLetterOutcome>()
  const idOf = (group: string, messageId: string) => `${group}\n${messageId}`
  const keep = (outcome: DeadLetterOutcome) => {
    const id = idOf(outcome.group, outcome.messageId)
    outcomes.delete(id)
    outcomes.set(id, outcome)
    const [oldest] = outcomes.keys()
    if (outcomes.size > outcomesMax) outcomes.delete(oldest!)
  }
  const newestFirst = () => [...outcomes.values()].reverse()
  return {
    find: async (group, messageId) => outcomes.get(idOf(group, messageId)),
    put: async (outcome) => keep(outcome),
    change: async (outcome, from) => {
      const present = outcomes.get(idOf(outcome.group, outcome.messageId))
      if (!present || !from.includes(present.state) || present.replays !== outcome.replays) return false
      keep(outcome)
      return true
    },
    list: async ({ group, state, outcomesMax: most = OUTCOMES_LISTED }) =>
      newestFirst()
        .filter((each) => each.group === group && (state === undefined || each.state === state))
        .slice(0, most),
    counts: async (group) => {
      const counts = noOutcomes()
      for (const each of outcomes.values()) if (each.group === group) counts[each.state]++
      return counts
    },
    deleteBefore: async (changedAt) => {
      for (const [id, each] of outcomes) if (each.changedAt < changedAt) outcomes.delete(id)
      return false
    },
  }
}
