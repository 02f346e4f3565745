import type { Clock } from '@rocketeer/foundation'
import type { HandlerRunner } from '../handling/handler-runner.js'
import type { HandlingConfig } from '../handling/handling-options.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { Problems } from '../problems.js'
import type { SendBack } from '../sending/send-back.js'
import type { DispatchConfig } from './pulling-options.js'
import type { Recipient } from './recipient.js'

export interface DispatcherNeeds {
  config: DispatchConfig & HandlingConfig
  runner: HandlerRunner
  /** Where handlers run that need not keep an order. */
  pool: TaskPool
  sendBack: SendBack
  clock: Clock
  problems: Problems
}

/** Brings pulled messages to the handler, and each to its outcome. Apache: ConsumeMessageService. */
export interface Dispatcher extends Recipient {
  /** Begins nothing any more and waits for what runs, for so long; then aborts it. True when everything finished. */
  close(timeoutMs: number, reason: unknown): Promise<boolean>
}
