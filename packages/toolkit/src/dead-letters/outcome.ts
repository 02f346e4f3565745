/**
 * What became of a dead letter:
 *
 * | state | |
 * |---|---|
 * | `replaying` | it is being given to its group; after a crash, it may have been |
 * | `replayed` | it was given to its group, which has not handled it yet |
 * | `consumed` | its group has handled it |
 * | `retrying` | it failed again, and waits for its retries |
 * | `failed-again` | it is a dead letter again, and waits for its next replay |
 * | `parked` | it is not replayed again by itself, because it has failed too often or somebody said so |
 * | `dropped` | somebody decided that it is not needed |
 */
export type DeadLetterState =
  | 'replaying'
  | 'replayed'
  | 'consumed'
  | 'retrying'
  | 'failed-again'
  | 'parked'
  | 'dropped'

/** What is kept about a dead letter. What waits for its first replay is in the dead-letter queue alone. */
export interface DeadLetterOutcome {
  readonly group: string
  /** The message's unique id. */
  readonly messageId: string
  readonly topic: string
  readonly key: string | undefined
  readonly state: DeadLetterState
  /** How often it was replayed. */
  readonly replays: number
  /** Why it is parked or dropped. */
  readonly reason: string | undefined
  /** When it came into this state, in milliseconds since the epoch. */
  readonly changedAt: number
}

/** Which outcomes to list. */
export interface OutcomeQuery {
  group: string
  /** All states unless given. */
  state?: DeadLetterState | undefined
  /** The most to list, 100. */
  outcomesMax?: number | undefined
}

/** How many dead letters of a group are in each state. */
export type OutcomeCounts = Readonly<Record<DeadLetterState, number>>

/** Where the outcomes are kept: `sqlOutcomes(database)`, or `memoryOutcomes()`. */
export interface OutcomeStore {
  find(group: string, messageId: string): Promise<DeadLetterOutcome | undefined>
  /** Keeps it in place of the one there was. */
  put(outcome: DeadLetterOutcome): Promise<void>
  /** Keeps it only if the present one is in one of these states and has as many replays; says whether it did. */
  change(outcome: DeadLetterOutcome, from: readonly DeadLetterState[]): Promise<boolean>
  /** The last changed first. */
  list(query: OutcomeQuery): Promise<DeadLetterOutcome[]>
  counts(group: string): Promise<OutcomeCounts>
  /** Forgets some that have not changed since then; resolves to false when there are no more. */
  deleteBefore(changedAt: number): Promise<boolean>
}

export const OUTCOMES_LISTED = 100

const NONE: OutcomeCounts = {
  replaying: 0,
  replayed: 0,
  consumed: 0,
  retrying: 0,
  'failed-again': 0,
  parked: 0,
  dropped: 0,
}

export function noOutcomes(): Record<DeadLetterState, number> {
  return { ...NONE }
}

export function isState(text: string): text is DeadLetterState {
  return Object.hasOwn(NONE, text)
}
