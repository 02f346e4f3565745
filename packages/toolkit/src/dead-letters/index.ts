export type { Worker, WorkerEvents, WorkerSource } from '../worker/worker.js'
export {
  type DeadLetterChoice,
  type DeadLetterDecision,
  DeadLetterWorker,
  type DeadLetterWorkerStatus,
} from './dead-letter-worker.js'
export { type DecideOptions, decideDeadLetters } from './decide-dead-letters.js'
export { decisionsOf, decisionTopicOf, type NotedDecision } from './decision-notes.js'
export type { GroupReplayStatus } from './group-replay.js'
export { memoryOutcomes } from './memory-outcomes.js'
export type {
  DeadLetterOutcome,
  DeadLetterState,
  OutcomeCounts,
  OutcomeQuery,
  OutcomeStore,
} from './outcome.js'
export {
  countDeadLetters,
  deadLetterTopicOf,
  type ReplayOptions,
  type ReplayOutcome,
  replayDeadLetters,
} from './replay-dead-letters.js'
export { type SqlOutcomes, type SqlOutcomesOptions, sqlOutcomes } from './sql-outcomes.js'
export type { DeadLetterWorkerOptions } from './worker-options.js'
