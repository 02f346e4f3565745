import { type Clock, sleep } from '@rocketeer/foundation'
import { channels } from '../channels.js'
import type { ConsumeRates } from '../handling/consume-rates.js'
import type { Problems } from '../problems.js'
import { FailedRequests, PAUSE_AFTER_FAILURE_MS } from '../reading/failed-requests.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import { type PopAnswer, popOnce } from './pop.js'
import type { PopSource } from './popped.js'
import type { PoppingConfig } from './popping-options.js'

export interface PopReaderNeeds {
  config: PoppingConfig
  queue: MessageQueue
  subscription: Subscription
  brokers: Brokers
  clock: Clock
  rates: ConsumeRates
  onPopped: (answer: PopAnswer) => void
  onHeartbeatNeeded: () => void
  problems: Problems
}

/**
 * Pops from one queue, or from all of a broker's, one request after the other, while what is held of it stays below the
 * threshold. Apache: PopRequest and PopProcessQueue.
 */
export class PopReader implements PopSource {
  readonly queue: MessageQueue
  readonly #needs: PopReaderNeeds
  readonly #stop = new AbortController()
  readonly #failed: FailedRequests
  #held = 0
  #paused = false
  #lastPopAt: number
  #wake: (() => void) | undefined

  constructor(needs: PopReaderNeeds) {
    this.#needs = needs
    this.#failed = new FailedRequests(needs)
    this.queue = needs.queue
    this.#lastPopAt = needs.clock.now()
  }

  /** Messages popped and neither acknowledged nor given back. */
  get held(): number {
    return this.#held
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted
  }

  /** Milliseconds of the client's clock. */
  get lastPopAt(): number {
    return this.#lastPopAt
  }

  /** Pops no more until `resume`; a pop that is under way may still bring messages. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#wakeUp()
  }

  /**
   * Pops no more. A pop that the broker holds is not called back: what it still brings would be invisible to everybody,
   * so it is handed on as ever.
   */
  stop(): void {
    this.#stop.abort()
    this.#wakeUp()
  }

  /** One message less is held. */
  release(): void {
    this.#held--
    if (this.#held < this.#needs.config.popThresholdMessages) this.#wakeUp()
  }

  /** Never rejects: a failure is reported, and the pop tried again. */
  async run(): Promise<void> {
    while (!this.stopped) {
      if (this.#paused || this.#held >= this.#needs.config.popThresholdMessages) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        continue
      }
      const pauseMs = await this.#pop().catch((error: unknown) =>
        this.stopped ? 0 : this.#failed.pauseMsAfter(error),
      )
      if (pauseMs > 0 && !this.stopped)
        await sleep(this.#needs.clock, pauseMs, this.#stop.signal).catch(() => undefined)
    }
  }

  #wakeUp(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  /** How long to wait before the next one. */
  async #pop(): Promise<number> {
    const { config, queue, subscription, brokers, clock, rates } = this.#needs
    this.#lastPopAt = clock.now()
    const startedAt = performance.now()
    const answer = await popOnce(brokers, clock, {
      group: config.group,
      source: this,
      messagesMax: Math.min(config.popBatchSize, config.popThresholdMessages - this.#held),
      subscription,
      invisibleMs: config.popInvisibleMs,
      waitMs: config.pullWaitMs,
      fromFirst: config.startFrom === 'first',
    })
    const { status, popped, unwanted } = answer
    const elapsedMs = performance.now() - startedAt
    if (status === 'found') rates.pulled(queue.topic, popped.length, elapsedMs)
    if (channels.pop.hasSubscribers) {
      channels.pop.publish({ group: config.group, queue, status, messageCount: popped.length, elapsedMs })
    }
    this.#failed.over()
    this.#held += popped.length + unwanted.length
    if (status === 'found') this.#needs.onPopped(answer)
    return status === 'full' ? PAUSE_AFTER_FAILURE_MS : 0
  }
}
