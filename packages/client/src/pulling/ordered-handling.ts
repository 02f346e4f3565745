import type { Timer } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import type { NotedFailure } from '../handling/failure-notes.js'
import { type Failure, type HandlerCall, problemOf } from '../handling/handler-runner.js'
import { Postponed } from '../handling/postpone.js'
import { RetryLater } from '../handling/retry-later.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { PulledMessage } from './process-queue.js'
import type { PullHandling, PullHandlingNeeds } from './pull-handling.js'
import type { PullReader } from './pull-reader.js'
import type { QueueLocks } from './queue-locks.js'

interface OrderedHandlingNeeds extends PullHandlingNeeds {
  /** Undefined when every queue is this member's alone, as in broadcasting. */
  locks: QueueLocks | undefined
}

/** One queue's messages on their way to the handler. */
interface Line {
  /** True while a batch is in the pool, at a handler, or waits after a failure: nothing else of the queue may begin. */
  busy: boolean
  call: HandlerCall | undefined
  /** Set while the queue waits after a failure. */
  pause: Timer | undefined
  onIdle: (() => void)[]
}

/**
 * Gives each queue's messages to the handler one after the other, queues side by side. A message whose handler fails
 * stays the first of its queue. Apache: ConsumeMessageOrderlyService.
 */
export class OrderedHandling implements PullHandling {
  readonly #needs: OrderedHandlingNeeds
  readonly #pool: TaskPool
  readonly #lines = new Map<PullReader, Line>()

  constructor(needs: OrderedHandlingNeeds) {
    this.#needs = needs
    this.#pool = needs.pool
  }

  submit(reader: PullReader): void {
    if (!this.#lines.has(reader))
      this.#lines.set(reader, { busy: false, call: undefined, pause: undefined, onIdle: [] })
    this.resume(reader)
  }

  resume(reader: PullReader): void {
    const line = this.#lines.get(reader)
    if (line === undefined || line.busy || !this.#mayBegin(reader)) return
    line.busy = true
    this.#pool.add(() => this.#step(reader, line))
  }

  /** Waits for the running handler: the queue's next owner must not begin before it has ended. */
  async release(reader: PullReader): Promise<void> {
    reader.stop()
    const line = this.#lines.get(reader)
    line?.pause?.cancel()
    if (line?.call) await new Promise<void>((resolve) => line.onIdle.push(resolve))
    this.#lines.delete(reader)
    reader.drop()
  }

  async close(timeoutMs: number, reason: unknown): Promise<boolean> {
    this.#pool.clear()
    const finished = await this.#pool.idleWithin(timeoutMs)
    for (const { call, pause } of this.#lines.values()) {
      pause?.cancel()
      call?.abort(reason)
    }
    return finished
  }

  #mayBegin(reader: PullReader): boolean {
    if (reader.stopped || reader.paused || reader.backlog.messages === 0) return false
    return this.#needs.locks?.holds(reader.queue) ?? true
  }

  /** Handles one batch; the queue then goes to the end of the pool, so that each queue gets its turn. */
  async #step(reader: PullReader, line: Line): Promise<void> {
    if (this.#mayBegin(reader)) {
      const batch = reader.backlog.first(this.#needs.config.batchSize)
      line.call = this.#needs.runner.newCall()
      const failure = await this.#needs.runner.run(
        batch.map(({ message }) => message),
        line.call,
      )
      const problem = problemOf(failure, line.call)
      if (problem !== undefined && !reader.dropped) this.#needs.problems.report(problem, reader.queue)
      const suspendMs = reader.dropped ? undefined : await this.#end(reader, batch, failure)
      line.call = undefined
      for (const listener of line.onIdle.splice(0)) listener()
      if (suspendMs !== undefined && !reader.stopped) {
        line.pause = this.#needs.clock.after(suspendMs, () => this.#continue(reader, line))
        return
      }
    }
    this.#continue(reader, line)
  }

  #continue(reader: PullReader, line: Line): void {
    line.busy = false
    line.pause = undefined
    this.resume(reader)
  }

  /** Milliseconds the queue has to wait; undefined when it can go on at once. */
  async #end(
    reader: PullReader,
    batch: readonly PulledMessage[],
    failure: Failure | undefined,
  ): Promise<number | undefined> {
    if (failure === undefined) {
      for (const pulled of batch) reader.finish(pulled)
      return undefined
    }
    const { thrown } = failure
    if (thrown instanceof Postponed) return thrown.afterMs
    let again = false
    for (const pulled of batch) {
      const noted = this.#needs.notes.note(pulled.message, failure)
      const { message } = noted
      if (await this.#toDeadLetters(reader, noted, thrown)) reader.finish(pulled)
      else {
        pulled.message = message.withReconsumeTimes(message.reconsumeTimes + 1)
        again = true
      }
    }
    if (!again) return undefined
    return (thrown instanceof RetryLater ? thrown.afterMs : undefined) ?? this.#needs.config.suspendMs
  }

  /** Apache: ConsumeMessageOrderlyService.checkReconsumeTimes and sendMessageBack. */
  async #toDeadLetters(
    reader: PullReader,
    { message, reason }: NotedFailure,
    thrown: unknown,
  ): Promise<boolean> {
    const { config, problems, sendBack } = this.#needs
    const { mode, retriesMax = Number.POSITIVE_INFINITY } = config
    const wantsDeadLetter = thrown instanceof RetryLater && thrown.delayLevel < 0
    if (!wantsDeadLetter && message.reconsumeTimes < retriesMax) return false
    if (mode === 'broadcasting') {
      problems.report(clientErrors.MESSAGE_DROPPED({ messageId: message.messageId }), reader.queue)
      return true
    }
    // One delivery beyond the limit makes the broker store it as a dead letter.
    return sendBack.sendAsNew(message, { delayLevel: 0, retriesMax: message.reconsumeTimes, reason })
  }
}
