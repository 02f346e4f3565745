import type { Clock } from '@rocketeer/foundation'
import type { HandlerRunner } from '../handling/handler-runner.js'
import type { HandlingConfig } from '../handling/handling-options.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { Problems } from '../problems.js'
import type { SendBack } from '../sending/send-back.js'
import type { PulledMessage } from './process-queue.js'
import type { PullReader } from './pull-reader.js'
import type { DispatchConfig } from './pulling-options.js'

export interface DispatcherNeeds {
  config: DispatchConfig & HandlingConfig
  runner: HandlerRunner
  /** Where handlers run that need not keep an order. */
  pool: TaskPool
  sendBack: SendBack
  clock: Clock
  /** Called when messages of a queue are finished. */
  onProgress: (reader: PullReader) => void
  problems: Problems
}

/** Brings pulled messages to the handler and settles each. Apache: ConsumeMessageService. */
export interface Dispatcher {
  readonly running: number
  readonly waiting: number
  submit(reader: PullReader, held: readonly PulledMessage[]): void
  /** Goes on with a queue that was paused. */
  resume(reader: PullReader): void
  /** The queue goes to another consumer. Resolves when that one may have it: nothing of the queue is begun any more. */
  release(reader: PullReader, reason: unknown): Promise<void>
  /** Tells handlers that run that their results do not count. */
  abandon(reader: PullReader, reason: unknown): void
  /** Begins nothing any more and waits for what runs, for so long; then tells it to stop. True when all finished. */
  close(timeoutMs: number, reason: unknown): Promise<boolean>
}
