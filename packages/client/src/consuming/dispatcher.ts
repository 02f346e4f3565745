import { type Clock, messageOf } from '@rocketeer/foundation'
import { consumerSendMsgBack } from '@rocketeer/protocol'
import { channels } from '../channels.js'
import { clientErrors } from '../errors.js'
import type { Message } from '../messages/received-message.js'
import type { Brokers } from '../routing/brokers.js'
import type { ConsumerConfig } from './consumer-options.js'
import { HandlerCall } from './handler-call.js'
import type { Held } from './process-queue.js'
import type { QueueReader } from './queue-reader.js'
import { RetryLater } from './retry-later.js'
import { TaskPool } from './task-pool.js'

/** Apache: ConsumeMessageConcurrentlyService.submitConsumeRequestLater. */
const LOCAL_RETRY_MS = 5_000
/** Apache: ProcessQueue.cleanExpiredMsg. */
const TIMEOUT_DELAY_LEVEL = 3
const SEND_BACK_TIMEOUT_MS = 5_000

interface DispatcherNeeds {
  config: ConsumerConfig
  brokers: Brokers
  clock: Clock
  /** Called when messages of a queue are finished. */
  onProgress: (reader: QueueReader) => void
  onProblem: (error: unknown) => void
}

/** How a message handled on request went. */
export interface HandledDirectly {
  result: 'CR_SUCCESS' | 'CR_LATER' | 'CR_THROW_EXCEPTION'
  remark: string | undefined
  elapsedMs: number
}

/**
 * Gives messages to the handler, some at the same time, and settles each: finished when the handler returned, sent
 * back to the broker for another delivery when it threw. Apache: ConsumeMessageConcurrentlyService.
 */
export class Dispatcher {
  readonly #needs: DispatcherNeeds
  readonly #pool: TaskPool
  /** Calls that run, by what they were given. */
  readonly #calls = new Map<Held, HandlerCall>()

  constructor(needs: DispatcherNeeds) {
    this.#needs = needs
    this.#pool = new TaskPool(needs.config.concurrency)
  }

  get running(): number {
    return this.#pool.running
  }

  get waiting(): number {
    return this.#pool.waiting
  }

  submit(reader: QueueReader, held: readonly Held[]): void {
    const { batchSize } = this.#needs.config
    for (let start = 0; start < held.length; start += batchSize) {
      const batch = held.slice(start, start + batchSize)
      this.#pool.add(() => this.#consume(reader, batch))
    }
  }

  /** Outside its queue, without any effect on offsets or retries; for CONSUME_MESSAGE_DIRECTLY. */
  async handleDirectly(message: Message): Promise<HandledDirectly> {
    const startedAt = performance.now()
    try {
      await this.#call([message], new HandlerCall())
      return { result: 'CR_SUCCESS', remark: undefined, elapsedMs: performance.now() - startedAt }
    } catch (error) {
      const result = error instanceof RetryLater ? 'CR_LATER' : 'CR_THROW_EXCEPTION'
      return { result, remark: messageOf(error), elapsedMs: performance.now() - startedAt }
    }
  }

  /** Gives messages up whose handler takes too long; they are delivered again. Apache: cleanExpiredMsg. */
  async expire(reader: QueueReader): Promise<void> {
    const { consumeTimeoutMs } = this.#needs.config
    for (const held of reader.held.startedBefore(this.#needs.clock.now() - consumeTimeoutMs)) {
      const { messageId } = held.message
      const reason = clientErrors.CONSUME_TIMEOUT({ messageId, consumeTimeoutMs })
      this.#needs.onProblem(reason)
      this.#takeFromHandler(held, reason)
      if (await this.#sendBack(held.message, TIMEOUT_DELAY_LEVEL)) this.#finish(reader, held)
      else this.#retryHere(reader, held)
    }
  }

  /** The queue went to another consumer: tells running handlers that their results do not count. */
  abandon(reader: QueueReader, reason: unknown): void {
    for (const held of reader.held.unfinished()) this.#calls.get(held)?.abort(reason)
  }

  /** Begins nothing any more and waits for what runs, for so long; then tells it to stop. True when all finished. */
  async close(timeoutMs: number, reason: unknown): Promise<boolean> {
    this.#pool.clear()
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs)
    })
    const finished = await Promise.race([this.#pool.idle().then(() => true), patience])
    clearTimeout(timer)
    for (const call of this.#calls.values()) call.abort(reason)
    return finished
  }

  async #consume(reader: QueueReader, batch: readonly Held[]): Promise<void> {
    if (reader.stopped) return
    const call = new HandlerCall()
    const startedAt = this.#needs.clock.now()
    for (const held of batch) {
      held.startedAt = startedAt
      this.#calls.set(held, call)
    }
    const outcome = await this.#outcome(batch, call)
    // What was taken from the handler meanwhile is not its to decide any more.
    const own = batch.filter((held) => this.#calls.get(held) === call)
    for (const held of own) this.#calls.delete(held)
    if (reader.dropped) return
    await Promise.all(own.map((held) => this.#settle(reader, held, outcome)))
  }

  /** `undefined` when consumed, else what the handler threw. */
  async #outcome(batch: readonly Held[], call: HandlerCall): Promise<{ thrown: unknown } | undefined> {
    const startedAt = performance.now()
    let outcome: { thrown: unknown } | undefined
    try {
      await this.#call(
        batch.map((held) => held.message),
        call,
      )
    } catch (thrown) {
      outcome = { thrown }
    }
    if (channels.consume.hasSubscribers) {
      const elapsedMs = performance.now() - startedAt
      for (const { message } of batch) {
        channels.consume.publish({
          group: this.#needs.config.group,
          message,
          elapsedMs,
          error: outcome?.thrown,
        })
      }
    }
    return outcome
  }

  async #call(messages: readonly Message[], call: HandlerCall): Promise<void> {
    const { handle, handleBatch } = this.#needs.config
    if (handle) await handle(messages[0]!, call)
    else await handleBatch!(messages, call)
  }

  async #settle(reader: QueueReader, held: Held, outcome: { thrown: unknown } | undefined): Promise<void> {
    if (outcome === undefined) return this.#finish(reader, held)
    const { thrown } = outcome
    if (!(thrown instanceof RetryLater)) this.#needs.onProblem(thrown)
    const sentBack = await this.#sendBack(held.message, thrown instanceof RetryLater ? thrown.delayLevel : 0)
    if (sentBack) this.#finish(reader, held)
    else this.#retryHere(reader, held)
  }

  #takeFromHandler(held: Held, reason: unknown): void {
    const call = this.#calls.get(held)
    this.#calls.delete(held)
    held.startedAt = undefined
    call?.abort(reason)
  }

  #finish(reader: QueueReader, held: Held): void {
    if (reader.dropped) return
    reader.held.finish(held)
    this.#needs.onProgress(reader)
  }

  /** The broker could not be told: the message stays ours, and unfinished. */
  #retryHere(reader: QueueReader, held: Held): void {
    held.startedAt = undefined
    held.message = held.message.withReconsumeTimes(held.message.reconsumeTimes + 1)
    this.#needs.clock.after(LOCAL_RETRY_MS, () => {
      if (!reader.stopped && !held.done) this.#pool.add(() => this.#consume(reader, [held]))
    })
  }

  async #sendBack(message: Message, delayLevel: number): Promise<boolean> {
    const { config, brokers } = this.#needs
    const { brokerName } = message.queue
    try {
      await brokers.call(
        brokerName,
        consumerSendMsgBack,
        {
          offset: message.physicalOffset,
          group: config.group,
          delayLevel,
          originMsgId: message.offsetMessageId,
          originTopic: message.topic,
          unitMode: false,
          maxReconsumeTimes: config.maxReconsumeTimes,
          bname: brokerName,
        },
        undefined,
        { timeoutMs: SEND_BACK_TIMEOUT_MS },
      )
      return true
    } catch (error) {
      this.#needs.onProblem(error)
      return false
    }
  }
}
