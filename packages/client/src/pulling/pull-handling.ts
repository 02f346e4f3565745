import type { Clock } from '@rocketeer/foundation'
import type { FailureNotes } from '../handling/failure-notes.js'
import type { HandlerRunner } from '../handling/handler-runner.js'
import type { HandlingConfig } from '../handling/handling-options.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { Problems } from '../problems.js'
import type { SendBack } from '../sending/send-back.js'
import type { PulledMessage } from './process-queue.js'
import type { PullReader } from './pull-reader.js'
import type { ModeConfig } from './pulling-options.js'

/** Takes what is pulled: the handling, which calls handlers, or the messages kept for a pull consumer's polls. */
export interface Recipient {
  submit(reader: PullReader, messages: readonly PulledMessage[]): void
  /** Resumes a queue that was paused, or whose lock was in doubt. */
  resume(reader: PullReader): void
  /**
   * Drops the reader, since its queue goes to another member or begins at another offset. Resolves when that may happen:
   * no handler of the queue is started any more.
   */
  release(reader: PullReader, reason: unknown): Promise<void>
}

export interface PullHandlingNeeds {
  config: ModeConfig & HandlingConfig
  runner: HandlerRunner
  /** Limits the handlers that run at the same time. */
  pool: TaskPool
  sendBack: SendBack
  notes: FailureNotes
  clock: Clock
  problems: Problems
}

/** Brings pulled messages to the handler, and each to its outcome. Apache: ConsumeMessageService. */
export interface PullHandling extends Recipient {
  /**
   * Starts no more handlers and waits up to `timeoutMs` for the running ones, then aborts them with `reason`. Resolves
   * to true when all have ended.
   */
  close(timeoutMs: number, reason: unknown): Promise<boolean>
}
