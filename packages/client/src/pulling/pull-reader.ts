import { type Clock, sleep } from '@rocketeer/foundation'
import { channels } from '../channels.js'
import type { ConsumeRates } from '../handling/consume-rates.js'
import type { Problems } from '../problems.js'
import { FailedRequests } from '../reading/failed-requests.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import { ProcessQueue, type PulledMessage } from './process-queue.js'
import { type PullResult, pullOnce } from './pull.js'
import type { PullingConfig } from './pulling-options.js'

export interface PullReaderNeeds {
  config: PullingConfig
  queue: MessageQueue
  startOffset: number
  subscription: Subscription
  /** The broker cannot know the subscription from a heartbeat. */
  sendSubscription: boolean
  brokers: Brokers
  clock: Clock
  rates?: ConsumeRates | undefined
  /** Sent along with pulls; 0 is not. */
  committed: () => number
  onMessages: (reader: PullReader, messages: readonly PulledMessage[]) => void
  /** Nothing is held: the offset may move on past messages that were not for us. */
  onEmpty: (reader: PullReader) => void
  onOffsetMoved: (reader: PullReader, nextOffset: number) => void
  onHeartbeatNeeded: () => void
  problems: Problems
}

/** Reads one queue that is ours, one pull after the other, as long as there is room and until it is stopped. */
export class PullReader {
  readonly queue: MessageQueue
  readonly held: ProcessQueue
  readonly #needs: PullReaderNeeds
  readonly #stop = new AbortController()
  readonly #failed: FailedRequests
  #nextOffset: number
  #brokerId = 0
  #lastPullAt: number
  #dropped = false
  #paused = false
  #wake: (() => void) | undefined

  constructor(needs: PullReaderNeeds) {
    const { queue, startOffset, config, clock } = needs
    this.queue = queue
    this.#needs = needs
    this.#failed = new FailedRequests(needs)
    this.#nextOffset = startOffset
    this.#lastPullAt = clock.now()
    this.held = new ProcessQueue(startOffset, {
      messagesMax: config.pullThresholdMessages,
      bytesMax: config.pullThresholdBytes,
      spanMax: config.pullThresholdSpan,
    })
  }

  /** Another consumer's now: what handlers still do with its messages does not count. */
  get dropped(): boolean {
    return this.#dropped
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted
  }

  get lastPullAt(): number {
    return this.#lastPullAt
  }

  get paused(): boolean {
    return this.#paused
  }

  /** The offset after the last message pulled. */
  get nextOffset(): number {
    return this.#nextOffset
  }

  /** Reads no more until `resume`; a pull that is under way still brings what it finds. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#wake?.()
  }

  drop(): void {
    this.#dropped = true
    this.stop()
  }

  /** Ends the reading; what is held stays. */
  stop(): void {
    this.#stop.abort()
    this.held.wakeReader()
    this.#wake?.()
  }

  /** Never rejects: a failure is reported, and the queue tried again. */
  async run(): Promise<void> {
    while (!this.stopped) {
      await this.held.waitForRoom()
      if (this.#paused && !this.stopped) {
        await this.#resumed()
        continue
      }
      if (this.stopped) return
      try {
        await this.#read()
      } catch (error) {
        if (this.stopped) return
        await this.#pause(error)
      }
    }
  }

  #resumed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async #read(): Promise<void> {
    const { config, queue, subscription, brokers, clock, committed } = this.#needs
    this.#lastPullAt = clock.now()
    const startedAt = performance.now()
    const result = await pullOnce(
      brokers,
      {
        group: config.group,
        queue,
        offset: this.#nextOffset,
        messagesMax: config.pullBatchSize,
        subscription,
        sendSubscription: this.#needs.sendSubscription,
        commitOffset: committed(),
        waitMs: config.pullWaitMs,
        brokerId: this.#brokerId,
      },
      this.#stop.signal,
    )
    const elapsedMs = performance.now() - startedAt
    const { status, messages } = result
    if (status === 'found') this.#needs.rates?.pulled(queue.topic, messages.length, elapsedMs)
    if (channels.pull.hasSubscribers) {
      channels.pull.publish({ group: config.group, queue, status, messageCount: messages.length, elapsedMs })
    }
    if (this.stopped) return
    this.#failed.over()
    this.#brokerId = result.suggestedBrokerId
    this.#take(result)
  }

  #take(result: PullResult): void {
    if (result.status === 'offset-moved') {
      this.#needs.onOffsetMoved(this, result.nextOffset)
      return
    }
    this.#nextOffset = result.nextOffset
    const held = this.held.add(result.messages, result.nextOffset)
    if (held.length > 0) this.#needs.onMessages(this, held)
    else if (this.held.messages === 0) this.#needs.onEmpty(this)
  }

  async #pause(error: unknown): Promise<void> {
    this.#brokerId = 0
    const pauseMs = this.#failed.pauseMsAfter(error)
    await sleep(this.#needs.clock, pauseMs, this.#stop.signal).catch(() => undefined)
  }
}
