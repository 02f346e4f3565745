import type { Channel } from 'node:diagnostics_channel'
import { type Clock, sleep } from '@rocketeer/foundation'
import type { ConsumeRates } from '../handling/consume-rates.js'
import type { Problems } from '../problems.js'
import type { MessageQueue } from '../routing/message-queue.js'
import { FailedRequests } from './failed-requests.js'

/** What a broker answered to a pull or pop. */
interface ReadAnswer {
  readonly status: string
  readonly messages: readonly unknown[]
}

/** Milliseconds until the next request. */
export type PauseMs = number

export interface ReaderNeeds {
  queue: MessageQueue
  config: { readonly group: string }
  /** Brokers that lost this consumer's subscription get it with the next heartbeat. */
  heartbeats: { soon(): void }
  /** Called when the broker does not have the queue, or its topic, any more; not given where the user chose the queue. */
  onQueueRefused?: ((queue: MessageQueue) => void) | undefined
  clock: Clock
  rates?: ConsumeRates | undefined
  problems: Problems
}

/**
 * Reads one queue of a consumer, one request after the other, as long as the backlog has room. Whoever iterates over
 * it gets what the requests bring and hands it on:
 *
 *     for await (const batch of reader) recipient.submit(reader, batch)
 *
 * | mode    | the reader                                                                  | is left by          |
 * | ------- | --------------------------------------------------------------------------- | ------------------- |
 * | reading | asks for more when the backlog has room                                     | pause, stop, drop   |
 * | paused  | asks for nothing more; a request that is under way still brings what it finds | resume, stop, drop |
 * | stopped | has ended; what handlers do with the backlog counts                          | drop                |
 * | dropped | has ended; the queue is another member's, and the backlog does not count      |                     |
 */
export abstract class Reader<Answer extends ReadAnswer, Batch extends object>
  implements AsyncIterable<Batch>
{
  readonly queue: MessageQueue
  readonly #needs: ReaderNeeds
  readonly #channel: Channel
  readonly #failed: FailedRequests
  readonly #end = new AbortController()
  #mode: 'reading' | 'paused' | 'stopped' | 'dropped' = 'reading'
  #lastReadAt: number
  #wake: (() => void) | undefined

  /** Answers are published in `channel`. */
  constructor(needs: ReaderNeeds, channel: Channel) {
    this.queue = needs.queue
    this.#needs = needs
    this.#channel = channel
    this.#failed = new FailedRequests(needs)
    this.#lastReadAt = needs.clock.now()
  }

  get paused(): boolean {
    return this.#mode === 'paused'
  }

  /** True when the reader has ended, also when it was dropped. */
  get stopped(): boolean {
    return this.#mode === 'stopped' || this.#mode === 'dropped'
  }

  get dropped(): boolean {
    return this.#mode === 'dropped'
  }

  /** Milliseconds of the client's clock. */
  get lastReadAt(): number {
    return this.#lastReadAt
  }

  pause(): void {
    if (this.#mode === 'reading') this.#mode = 'paused'
  }

  resume(): void {
    if (this.#mode !== 'paused') return
    this.#mode = 'reading'
    this.wake()
  }

  stop(): void {
    if (!this.stopped) this.#finish('stopped')
  }

  drop(): void {
    this.#finish('dropped')
  }

  /** Never throws: a failed request is reported, and made again after a pause. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, void> {
    while (!this.stopped) {
      if (this.paused || !this.hasRoom) {
        await this.#woken()
        continue
      }
      const taken = await this.#read()
      if (typeof taken === 'object') yield taken
      else if (taken > 0 && !this.stopped) await this.#sleep(taken)
    }
  }

  /** Whether the backlog is below its limits; call `wake` when it is again. */
  protected abstract readonly hasRoom: boolean

  /** Makes one request. `signal` is aborted when the reader ends. */
  protected abstract ask(signal: AbortSignal): Promise<Answer>

  /** Puts what the request brought into the backlog. */
  protected abstract take(answer: Answer): Batch | PauseMs

  /** True while nothing is read because there is no room, or because of a pause. */
  protected get isWaiting(): boolean {
    return this.#wake !== undefined
  }

  protected wake(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  async #read(): Promise<Batch | PauseMs> {
    this.#lastReadAt = this.#needs.clock.now()
    const startedAt = performance.now()
    try {
      const answer = await this.ask(this.#end.signal)
      this.#publish(answer, performance.now() - startedAt)
      this.#failed.succeeded()
      return this.take(answer)
    } catch (error) {
      return this.stopped ? 0 : this.#failed.pauseMsAfter(error)
    }
  }

  #publish({ status, messages }: ReadAnswer, elapsedMs: number): void {
    const { queue, config, rates } = this.#needs
    const messageCount = messages.length
    if (status === 'found') rates?.pulled(queue.topic, messageCount, elapsedMs)
    if (!this.#channel.hasSubscribers) return
    this.#channel.publish({ group: config.group, queue, status, messageCount, elapsedMs })
  }

  #finish(mode: 'stopped' | 'dropped'): void {
    this.#mode = mode
    this.#end.abort()
    this.wake()
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async #sleep(pauseMs: number): Promise<void> {
    await sleep(this.#needs.clock, pauseMs, this.#end.signal).catch(() => undefined)
  }
}
