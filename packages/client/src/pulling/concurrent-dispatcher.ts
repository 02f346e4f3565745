import type { Timer } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import { HandlerCall } from '../handling/handler-call.js'
import type { Failure } from '../handling/handler-runner.js'
import { RetryLater } from '../handling/retry-later.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { Dispatcher, DispatcherNeeds } from './dispatcher.js'
import type { PulledMessage } from './process-queue.js'
import type { PullReader } from './pull-reader.js'

/** Apache: ConsumeMessageConcurrentlyService.submitConsumeRequestLater. */
const LOCAL_RETRY_MS = 5_000
/** Apache: ProcessQueue.cleanExpiredMsg. */
const TIMEOUT_DELAY_LEVEL = 3
/** Handlers that take too long are looked for this often, or more often when the timeout is shorter. */
const EXPIRE_INTERVAL_MS = 60_000

interface Running {
  reader: PullReader
  call: HandlerCall
}

/**
 * Gives messages to the handler, some at the same time, and settles each: finished when the handler returned, sent
 * back to the broker for another delivery when it threw. Apache: ConsumeMessageConcurrentlyService.
 */
export class ConcurrentDispatcher implements Dispatcher {
  readonly #needs: DispatcherNeeds
  readonly #pool: TaskPool
  /** Calls that run, by what they were given. */
  readonly #calls = new Map<PulledMessage, Running>()
  /** What came up while its queue was paused. */
  readonly #parked = new Map<PullReader, (readonly PulledMessage[])[]>()
  #expiry: Timer | undefined

  constructor(needs: DispatcherNeeds) {
    this.#needs = needs
    this.#pool = needs.pool
  }

  get running(): number {
    return this.#pool.running
  }

  get waiting(): number {
    return this.#pool.waiting
  }

  submit(reader: PullReader, held: readonly PulledMessage[]): void {
    const { batchSize } = this.#needs.config
    for (let start = 0; start < held.length; start += batchSize) {
      const batch = held.slice(start, start + batchSize)
      this.#pool.add(() => this.#consume(reader, batch))
    }
  }

  resume(reader: PullReader): void {
    const batches = this.#parked.get(reader) ?? []
    this.#parked.delete(reader)
    for (const batch of batches) this.#pool.add(() => this.#consume(reader, batch))
  }

  /** Nobody waits for handlers that run: the new owner delivers their messages again. */
  async release(reader: PullReader, reason: unknown): Promise<void> {
    reader.drop()
    this.abandon(reader, reason)
  }

  abandon(reader: PullReader, reason: unknown): void {
    this.#parked.delete(reader)
    for (const running of this.#calls.values()) if (running.reader === reader) running.call.abort(reason)
  }

  async close(timeoutMs: number, reason: unknown): Promise<boolean> {
    this.#pool.clear()
    this.#parked.clear()
    const finished = await this.#pool.idleWithin(timeoutMs)
    this.#expiry?.cancel()
    for (const { call } of this.#calls.values()) call.abort(reason)
    return finished
  }

  async #consume(reader: PullReader, batch: readonly PulledMessage[]): Promise<void> {
    if (reader.stopped) return
    if (reader.paused) {
      this.#park(reader, batch)
      return
    }
    const call = new HandlerCall()
    const running = { reader, call }
    const startedAt = this.#needs.clock.now()
    for (const held of batch) {
      held.startedAt = startedAt
      this.#calls.set(held, running)
    }
    this.#expireLater()
    const failure = await this.#needs.runner.run(
      batch.map((held) => held.message),
      call,
    )
    // What was taken from the handler meanwhile is not its to decide any more.
    const own = batch.filter((held) => this.#calls.get(held) === running)
    for (const held of own) this.#calls.delete(held)
    if (reader.dropped) return
    await Promise.all(own.map((held) => this.#settle(reader, held, failure)))
  }

  #park(reader: PullReader, batch: readonly PulledMessage[]): void {
    const parked = this.#parked.get(reader)
    if (parked) parked.push(batch)
    else this.#parked.set(reader, [batch])
  }

  async #settle(reader: PullReader, held: PulledMessage, failure: Failure | undefined): Promise<void> {
    if (failure === undefined) return this.#finish(reader, held)
    const { thrown } = failure
    if (!(thrown instanceof RetryLater)) this.#needs.problems.report(thrown)
    await this.#giveBack(reader, held, thrown instanceof RetryLater ? thrown.delayLevel : 0)
  }

  /** In broadcasting mode nobody delivers again: the message is lost to this consumer, as in Apache's. */
  async #giveBack(reader: PullReader, held: PulledMessage, delayLevel: number): Promise<void> {
    if (this.#needs.config.mode === 'broadcasting') {
      this.#needs.problems.report(clientErrors.MESSAGE_DROPPED({ messageId: held.message.messageId }))
      this.#finish(reader, held)
    } else if (await this.#needs.sendBack.send(held.message, delayLevel)) this.#finish(reader, held)
    else this.#retryHere(reader, held)
  }

  #finish(reader: PullReader, held: PulledMessage): void {
    if (reader.dropped) return
    reader.held.finish(held)
    this.#needs.onProgress(reader)
  }

  /** No broker could be told: the message stays ours, and unfinished. */
  #retryHere(reader: PullReader, held: PulledMessage): void {
    held.startedAt = undefined
    held.message = held.message.withReconsumeTimes(held.message.reconsumeTimes + 1)
    this.#needs.clock.after(LOCAL_RETRY_MS, () => {
      if (!reader.stopped && !held.done) this.#pool.add(() => this.#consume(reader, [held]))
    })
  }

  /** A timer runs only while handlers do. */
  #expireLater(): void {
    const intervalMs = Math.min(EXPIRE_INTERVAL_MS, this.#needs.config.consumeTimeoutMs)
    this.#expiry ??= this.#needs.clock.after(intervalMs, () => {
      this.#expiry = undefined
      const expired = this.#expire()
      if (this.#calls.size > 0) this.#expireLater()
      return expired
    })
  }

  /** Gives messages up whose handler takes too long; they are delivered again. Apache: cleanExpiredMsg. */
  async #expire(): Promise<void> {
    const { consumeTimeoutMs } = this.#needs.config
    const startedUntil = this.#needs.clock.now() - consumeTimeoutMs
    const late = [...this.#calls].filter(([{ startedAt }]) => startedAt! <= startedUntil)
    await Promise.all(late.map(([held, running]) => this.#takeFromHandler(held, running)))
  }

  async #takeFromHandler(held: PulledMessage, { reader, call }: Running): Promise<void> {
    const { consumeTimeoutMs } = this.#needs.config
    const reason = clientErrors.CONSUME_TIMEOUT({ messageId: held.message.messageId, consumeTimeoutMs })
    this.#needs.problems.report(reason)
    this.#calls.delete(held)
    held.startedAt = undefined
    call.abort(reason)
    if (!reader.dropped) await this.#giveBack(reader, held, TIMEOUT_DELAY_LEVEL)
  }
}
