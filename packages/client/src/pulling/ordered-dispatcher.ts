import { clientErrors } from '../errors.js'
import { HandlerCall } from '../handling/handler-call.js'
import type { Failure } from '../handling/handler-runner.js'
import { RetryLater } from '../handling/retry-later.js'
import { TaskPool } from '../handling/task-pool.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { Dispatcher, DispatcherNeeds } from './dispatcher.js'
import type { PulledMessage } from './process-queue.js'
import type { PullReader } from './pull-reader.js'

interface OrderedDispatcherNeeds extends DispatcherNeeds {
  /** True while the broker's lock on the queue is ours for certain. */
  holdsLock: (queue: MessageQueue) => boolean
}

/** One queue's messages on their way to the handler. */
interface Line {
  /** In the pool, at a handler, or waiting after a failure: nothing else of the queue may begin. */
  busy: boolean
  call: HandlerCall | undefined
  onIdle: (() => void)[]
}

/**
 * Gives each queue's messages to the handler one after the other, queues side by side. What a handler fails on stays
 * the first of its queue. Apache: ConsumeMessageOrderlyService.
 */
export class OrderedDispatcher implements Dispatcher {
  readonly #needs: OrderedDispatcherNeeds
  readonly #pool: TaskPool
  readonly #lines = new Map<PullReader, Line>()

  constructor(needs: OrderedDispatcherNeeds) {
    this.#needs = needs
    this.#pool = new TaskPool(needs.config.concurrency)
  }

  get running(): number {
    return this.#pool.running
  }

  /** Queues that wait for their turn. */
  get waiting(): number {
    return this.#pool.waiting
  }

  submit(reader: PullReader): void {
    if (!this.#lines.has(reader)) this.#lines.set(reader, { busy: false, call: undefined, onIdle: [] })
    this.resume(reader)
  }

  resume(reader: PullReader): void {
    const line = this.#lines.get(reader)
    if (line === undefined || line.busy || !this.#mayBegin(reader)) return
    line.busy = true
    this.#pool.add(() => this.#step(reader, line))
  }

  /** The message that is being handled is the last: the next owner must not begin before it is through. */
  async release(reader: PullReader): Promise<void> {
    reader.stop()
    const line = this.#lines.get(reader)
    if (line?.call) await new Promise<void>((resolve) => line.onIdle.push(resolve))
    this.#lines.delete(reader)
    reader.drop()
  }

  abandon(reader: PullReader, reason: unknown): void {
    this.#lines.get(reader)?.call?.abort(reason)
    this.#lines.delete(reader)
  }

  async close(timeoutMs: number, reason: unknown): Promise<boolean> {
    this.#pool.clear()
    const finished = await this.#pool.idleWithin(timeoutMs)
    for (const { call } of this.#lines.values()) call?.abort(reason)
    return finished
  }

  #mayBegin(reader: PullReader): boolean {
    if (reader.stopped || reader.paused || reader.held.messages === 0) return false
    return this.#needs.holdsLock(reader.queue)
  }

  /** One message, or one batch; the queue then goes to the end of the line, so that each gets its turn. */
  async #step(reader: PullReader, line: Line): Promise<void> {
    if (this.#mayBegin(reader)) {
      const batch = reader.held.first(this.#needs.config.batchSize)
      line.call = new HandlerCall()
      const failure = await this.#needs.runner.run(
        batch.map((held) => held.message),
        line.call,
      )
      const suspendMs = reader.dropped ? undefined : await this.#settle(reader, batch, failure)
      line.call = undefined
      for (const listener of line.onIdle.splice(0)) listener()
      if (suspendMs !== undefined) {
        this.#needs.clock.after(suspendMs, () => this.#goOn(reader, line))
        return
      }
    }
    this.#goOn(reader, line)
  }

  #goOn(reader: PullReader, line: Line): void {
    line.busy = false
    this.resume(reader)
  }

  /** How long the queue has to wait; undefined when it can go on at once. */
  async #settle(
    reader: PullReader,
    batch: readonly PulledMessage[],
    failure: Failure | undefined,
  ): Promise<number | undefined> {
    if (failure === undefined) {
      for (const held of batch) this.#finish(reader, held)
      return undefined
    }
    const { thrown } = failure
    if (!(thrown instanceof RetryLater)) this.#needs.problems.report(thrown)
    let again = false
    for (const held of batch) {
      if (await this.#toDeadLetters(held, thrown)) this.#finish(reader, held)
      else {
        held.message = held.message.withReconsumeTimes(held.message.reconsumeTimes + 1)
        again = true
      }
    }
    if (!again) return undefined
    return (thrown instanceof RetryLater ? thrown.afterMs : undefined) ?? this.#needs.config.suspendMs
  }

  /** Apache: ConsumeMessageOrderlyService.checkReconsumeTimes and sendMessageBack. */
  async #toDeadLetters({ message }: PulledMessage, thrown: unknown): Promise<boolean> {
    const { mode, maxReconsumeTimes = Number.POSITIVE_INFINITY } = this.#needs.config
    const hopeless = thrown instanceof RetryLater && thrown.delayLevel < 0
    if (!hopeless && message.reconsumeTimes < maxReconsumeTimes) return false
    if (mode === 'broadcasting') {
      this.#needs.problems.report(clientErrors.MESSAGE_DROPPED({ messageId: message.messageId }))
      return true
    }
    // Beyond the limit by one: that is what makes a broker put it there.
    return this.#needs.sendBack.sendAsNew(message, 0, message.reconsumeTimes)
  }

  #finish(reader: PullReader, held: PulledMessage): void {
    if (reader.dropped) return
    reader.held.finish(held)
    this.#needs.onProgress(reader)
  }
}
