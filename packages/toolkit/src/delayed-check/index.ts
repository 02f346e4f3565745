export type { Worker, WorkerEvents, WorkerSource } from '../worker/worker.js'
export {
  type CheckEvent,
  type CheckOutcome,
  type DelayedCheck,
  type DelayedCheckStatus,
  delayedCheck,
} from './delayed-check.js'
export type {
  Check,
  CheckAnswer,
  CheckContext,
  CheckTime,
  DelayedCheckOptions,
  ScheduledCheck,
  ScheduleOptions,
} from './delayed-check-options.js'
export type { CheckTiming } from './stages.js'
