export type { Worker, WorkerEvents, WorkerSource } from '../worker/worker.js'
export type { DiscardedMessage, DiscardPlan } from './audit-file.js'
export { BacklogMeter, type BacklogMeterOptions } from './backlog-meter.js'
export {
  type DiscardedQueue,
  type DiscardOptions,
  type DiscardOutcome,
  discardBacklog,
  type RestoredQueue,
  restoreDiscarded,
} from './discard-backlog.js'
export type {
  BacklogAdvice,
  BacklogRates,
  GroupBacklog,
  QueueBacklogNow,
  TopicBacklog,
} from './group-backlog.js'
export {
  type BacklogSpreader,
  type GatherOptions,
  type GatherOutcome,
  gatherSpread,
  planSpread,
  type SpreadPlan,
  type SpreadStatus,
  spreadBacklog,
} from './spread-backlog.js'
export type { SpreadOptions } from './spread-options.js'
