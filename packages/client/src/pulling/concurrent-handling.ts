import { Rounds, type Timer } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import { type Failure, type HandlerCall, problemOf } from '../handling/handler-runner.js'
import { Postponed } from '../handling/postpone.js'
import { RetryLater } from '../handling/retry-later.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { PulledMessage } from './process-queue.js'
import type { PullHandling, PullHandlingNeeds } from './pull-handling.js'
import type { PullReader } from './pull-reader.js'

/** Apache: ConsumeMessageConcurrentlyService.submitConsumeRequestLater. */
const LOCAL_RETRY_MS = 5_000
/** Apache: ProcessQueue.cleanExpiredMsg. */
const TIMEOUT_DELAY_LEVEL = 3
/** How often to look for handlers that take too long; more often when `consumeTimeoutMs` is shorter. */
const EXPIRE_INTERVAL_MS = 60_000

interface Running {
  reader: PullReader
  call: HandlerCall
}

/**
 * Gives messages to the handler, some at the same time. A message is finished when the handler returned, and sent back
 * to the broker for another delivery when it threw. Apache: ConsumeMessageConcurrentlyService.
 */
export class ConcurrentHandling implements PullHandling {
  readonly #needs: PullHandlingNeeds
  readonly #pool: TaskPool
  readonly #expireIntervalMs: number
  /** Running calls by message. */
  readonly #calls = new Map<PulledMessage, Running>()
  /** Batches whose turn came while their queue was paused. */
  readonly #parked = new Map<PullReader, (readonly PulledMessage[])[]>()
  /** Of messages that are handled here once more: postponed, or taken back by no broker. */
  readonly #retries = new Set<Timer>()
  readonly #expiry: Rounds

  constructor(needs: PullHandlingNeeds) {
    const { clock, config, problems } = needs
    this.#needs = needs
    this.#pool = needs.pool
    this.#expireIntervalMs = Math.min(EXPIRE_INTERVAL_MS, config.consumeTimeoutMs)
    this.#expiry = new Rounds({
      clock,
      round: () => this.#expire(),
      onFailure: problems.report,
      retryAfterMs: this.#expireIntervalMs,
    })
    this.#expiry.start()
  }

  submit(reader: PullReader, messages: readonly PulledMessage[]): void {
    const { batchSize } = this.#needs.config
    for (let start = 0; start < messages.length; start += batchSize) {
      const batch = messages.slice(start, start + batchSize)
      this.#pool.add(() => this.#consume(reader, batch))
    }
  }

  resume(reader: PullReader): void {
    const batches = this.#parked.get(reader) ?? []
    this.#parked.delete(reader)
    for (const batch of batches) this.#pool.add(() => this.#consume(reader, batch))
  }

  /** Does not wait for running handlers: the queue's new owner handles their messages again. */
  async release(reader: PullReader, reason: unknown): Promise<void> {
    reader.drop()
    this.#parked.delete(reader)
    for (const running of this.#calls.values()) if (running.reader === reader) running.call.abort(reason)
  }

  async close(timeoutMs: number, reason: unknown): Promise<boolean> {
    this.#pool.clear()
    this.#parked.clear()
    for (const retry of this.#retries) retry.cancel()
    const finished = await this.#pool.idleWithin(timeoutMs)
    await this.#expiry.close()
    for (const { call } of this.#calls.values()) call.abort(reason)
    return finished
  }

  async #consume(reader: PullReader, batch: readonly PulledMessage[]): Promise<void> {
    if (reader.stopped) return
    if (reader.paused) {
      this.#park(reader, batch)
      return
    }
    const call = this.#needs.runner.newCall()
    const running = { reader, call }
    const startedAt = this.#needs.clock.now()
    for (const pulled of batch) {
      pulled.startedAt = startedAt
      this.#calls.set(pulled, running)
    }
    this.#expiry.due(startedAt + this.#expireIntervalMs)
    const failure = await this.#needs.runner.run(
      batch.map(({ message }) => message),
      call,
    )
    // The handler does not decide about messages that were taken from it meanwhile.
    const own = batch.filter((pulled) => this.#calls.get(pulled) === running)
    for (const pulled of own) this.#calls.delete(pulled)
    if (reader.dropped || own.length === 0) return
    const problem = problemOf(failure, call)
    if (problem !== undefined) this.#needs.problems.report(problem, reader.queue)
    if (failure?.thrown instanceof Postponed) {
      for (const pulled of own) pulled.startedAt = undefined
      this.#handleAgain(reader, own, failure.thrown.afterMs)
      return
    }
    await Promise.all(own.map((pulled) => this.#end(reader, pulled, failure)))
  }

  #park(reader: PullReader, batch: readonly PulledMessage[]): void {
    const parked = this.#parked.get(reader)
    if (parked) parked.push(batch)
    else this.#parked.set(reader, [batch])
  }

  async #end(reader: PullReader, pulled: PulledMessage, failure: Failure | undefined): Promise<void> {
    if (failure === undefined) return reader.finish(pulled)
    const { thrown } = failure
    const delayLevel = thrown instanceof RetryLater ? thrown.delayLevel : 0
    await this.#sendBack(reader, pulled, failure, delayLevel)
  }

  /** When broadcasting there is no redelivery: the message is lost to this consumer, as with Apache's. */
  async #sendBack(
    reader: PullReader,
    pulled: PulledMessage,
    failure: Failure,
    delayLevel: number,
  ): Promise<void> {
    const { config, problems, sendBack, notes } = this.#needs
    if (config.mode === 'broadcasting') {
      problems.report(clientErrors.MESSAGE_DROPPED({ messageId: pulled.message.messageId }), reader.queue)
      reader.finish(pulled)
      return
    }
    const { message, reason } = notes.note(pulled.message, failure)
    pulled.message = message
    if (await sendBack.send(message, delayLevel, reason)) reader.finish(pulled)
    else this.#retryHere(reader, pulled)
  }

  /** For a message that no broker took back: it stays here, unfinished, and is handled again. */
  #retryHere(reader: PullReader, pulled: PulledMessage): void {
    pulled.startedAt = undefined
    pulled.message = pulled.message.withReconsumeTimes(pulled.message.reconsumeTimes + 1)
    this.#handleAgain(reader, [pulled], LOCAL_RETRY_MS)
  }

  #handleAgain(reader: PullReader, batch: readonly PulledMessage[], afterMs: number): void {
    if (reader.stopped) return
    const retry = this.#needs.clock.after(afterMs, () => {
      this.#retries.delete(retry)
      if (!reader.stopped) this.#pool.add(() => this.#consume(reader, batch))
    })
    this.#retries.add(retry)
  }

  /**
   * Takes messages from handlers that are too slow; they are delivered again. Resolves to the time of the next look; to
   * infinity while no handler runs. Apache: cleanExpiredMsg.
   */
  async #expire(): Promise<number> {
    const { clock, config } = this.#needs
    const startedUntil = clock.now() - config.consumeTimeoutMs
    const late = [...this.#calls].filter(([{ startedAt }]) => startedAt! <= startedUntil)
    await Promise.all(late.map(([pulled, running]) => this.#takeFromHandler(pulled, running)))
    return this.#calls.size > 0 ? clock.now() + this.#expireIntervalMs : Number.POSITIVE_INFINITY
  }

  async #takeFromHandler(pulled: PulledMessage, { reader, call }: Running): Promise<void> {
    const { clock, config } = this.#needs
    const { consumeTimeoutMs } = config
    const durationMs = clock.now() - pulled.startedAt!
    const reason = clientErrors.CONSUME_TIMEOUT({ messageId: pulled.message.messageId, consumeTimeoutMs })
    this.#needs.problems.report(reason, reader.queue)
    this.#calls.delete(pulled)
    pulled.startedAt = undefined
    call.abort(reason)
    if (reader.dropped) return
    await this.#sendBack(reader, pulled, { thrown: reason, durationMs }, TIMEOUT_DELAY_LEVEL)
  }
}
