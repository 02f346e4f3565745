import type { Clock, Timer } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import type { ConsumeRates } from '../handling/consume-rates.js'
import type { Problems } from '../problems.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import type { OffsetStore } from './offset-store.js'
import type { PulledMessage } from './process-queue.js'
import { PullReader } from './pull-reader.js'
import type { PullingConfig } from './pulling-options.js'
import type { QueueLocks } from './queue-locks.js'

interface PulledQueuesNeeds {
  config: PullingConfig
  subscriptionOf: (topic: string) => Subscription
  /** Pulls of the topic carry the subscription: brokers do not know it. */
  sendSubscription: (topic: string) => boolean
  offsets: OffsetStore
  /** Pulls carry the offset to commit. */
  commitOnPull: boolean
  /** Where to begin in a queue. */
  startOffset: (queue: MessageQueue) => Promise<number>
  brokers: Brokers
  clock: Clock
  rates?: ConsumeRates | undefined
  onMessages: (reader: PullReader, messages: readonly PulledMessage[]) => void
  /** Nothing of it is held: the offset may move on past messages that were not for us. */
  onEmpty: (reader: PullReader) => void
  onOffsetMoved: (reader: PullReader, nextOffset: number) => void
  onResume: (reader: PullReader) => void
  /** Resolves when nothing of the queue is worked on any more. */
  release: (reader: PullReader, reason: unknown) => Promise<void>
  onChange: (queues: MessageQueue[]) => void
  /** A queue was given up and may be had again. */
  onGivenUp: () => void
  onHeartbeatNeeded: () => void
  problems: Problems
}

/** What is held of a queue here. */
export interface QueueBacklog {
  queue: MessageQueue
  messages: number
  bytes: number
  commitOffset: number
  /** Milliseconds of the client's clock. */
  lastPullAt: number
}

/** The queues that are a consumer's own now: reads them, and persists how far it is. Apache: RebalanceImpl. */
export class PulledQueues {
  readonly #needs: PulledQueuesNeeds
  readonly #readers = new Map<string, PullReader>()
  /** Given up, but something of them is still worked on. */
  readonly #leaving = new Map<string, Promise<void>>()
  readonly #paused = new Set<string>()
  #allPaused = false
  #locks: QueueLocks | undefined
  #persistence: Timer | undefined
  #closed = false

  constructor(needs: PulledQueuesNeeds) {
    this.#needs = needs
  }

  /** From now on queues are locked at their broker before they are read. */
  lockWith(locks: QueueLocks): void {
    this.#locks = locks
  }

  get readers(): PullReader[] {
    return [...this.#readers.values()]
  }

  get backlog(): QueueBacklog[] {
    return this.readers.map(({ queue, held, lastPullAt }) => ({
      queue,
      messages: held.messages,
      bytes: held.bytes,
      commitOffset: held.commitOffset,
      lastPullAt,
    }))
  }

  readerOf(queue: MessageQueue): PullReader | undefined {
    return this.#readers.get(queueKey(queue))
  }

  /** Makes these queues of the topic, and no others, ours; false when that did not succeed with all. */
  async assign(topic: string, wanted: readonly MessageQueue[]): Promise<boolean> {
    const keys = new Set(wanted.map(queueKey))
    const lost = this.readers.filter(({ queue }) => queue.topic === topic && !keys.has(queueKey(queue)))
    const released = Promise.all(lost.map((reader) => this.#release(reader)))
    // In order a running handler may take its time: the other queues do not wait for it.
    if (this.#locks === undefined) await released
    const gained = wanted.filter((queue) => !this.#readers.has(queueKey(queue)))
    const free = gained.filter((queue) => !this.#leaving.has(queueKey(queue)))
    const locked = this.#locks ? await this.#locks.lock(free) : free
    const added = await Promise.all(locked.map((queue) => this.#add(queue)))
    if (lost.length > 0 || added.includes(true)) this.#needs.onChange(this.readers.map(({ queue }) => queue))
    return added.every((done) => done) && locked.length === gained.length
  }

  /** Drops what is held of a queue and reads it from another offset; nothing is persisted. False when it is not ours. */
  seek(queue: MessageQueue, offset: number): boolean {
    const reader = this.readerOf(queue)
    if (reader === undefined) return false
    reader.drop()
    this.#read(reader.queue, offset)
    return true
  }

  /** Drops what is held of a queue, and gives it up to begin again at another offset. */
  async moveTo(queue: MessageQueue, offset: number): Promise<void> {
    const reader = this.readerOf(queue)
    if (reader === undefined) return
    await this.#leave(reader, async () => {
      await this.#needs.release(reader, queueGone(queue))
      this.#needs.offsets.update(queue, offset)
      await this.#persist(queue)
    })
    this.#needs.onGivenUp()
  }

  /** Somebody else may have these: what is held of them is not ours to finish or commit. */
  lose(queues: readonly MessageQueue[]): void {
    for (const queue of queues) {
      const reader = this.readerOf(queue)
      if (reader === undefined) continue
      reader.drop()
      this.#needs.problems.report(clientErrors.QUEUE_LOCK_LOST({ ...queue }))
      void this.#leave(reader, () => this.#needs.release(reader, queueGone(queue)))
    }
    this.#needs.onGivenUp()
  }

  /** How far a queue's messages are finished. */
  progress(queue: MessageQueue, offset: number): void {
    this.#needs.offsets.update(queue, offset)
    this.#persistLater()
  }

  /** Of these queues, or of all, now and later, nothing is begun any more until `resume`. */
  pause(queues?: readonly MessageQueue[]): void {
    if (queues === undefined) this.#allPaused = true
    else for (const queue of queues) this.#paused.add(queueKey(queue))
    for (const reader of this.readers) if (this.#isPaused(reader.queue)) reader.pause()
  }

  resume(queues?: readonly MessageQueue[]): void {
    if (queues === undefined) {
      this.#allPaused = false
      this.#paused.clear()
    } else for (const queue of queues) this.#paused.delete(queueKey(queue))
    for (const reader of this.readers) {
      if (!reader.paused || this.#isPaused(reader.queue)) continue
      reader.resume()
      this.#needs.onResume(reader)
    }
  }

  /** Persists at once; rejects when a broker did not take it. */
  async commit(): Promise<void> {
    await Promise.all(this.readers.map(({ queue }) => this.#needs.offsets.persist(queue)))
  }

  async persistAll(): Promise<void> {
    const persisted = await Promise.all(this.readers.map(({ queue }) => this.#persist(queue)))
    if (persisted.includes(false)) this.#persistLater()
  }

  /** Reads no more; what is held stays. */
  stop(): void {
    this.#closed = true
    for (const reader of this.readers) reader.stop()
  }

  /** Commits and gives the queues back; `unlock` when nothing of them is worked on any more. */
  async close({ unlock }: { unlock: boolean }): Promise<void> {
    this.stop()
    this.#persistence?.cancel()
    const { readers } = this
    for (const reader of readers) reader.drop()
    await this.persistAll()
    this.#persistence?.cancel()
    this.#readers.clear()
    if (unlock) await Promise.all(this.#leaving.values())
    if (unlock) await this.#locks?.unlock(readers.map(({ queue }) => queue))
    this.#locks?.close()
  }

  async #add(queue: MessageQueue): Promise<boolean> {
    try {
      this.#needs.offsets.forget(queue)
      const startOffset = await this.#needs.startOffset(queue)
      if (!this.#closed) this.#read(queue, startOffset)
      return true
    } catch (error) {
      this.#needs.problems.report(error)
      return false
    }
  }

  #read(queue: MessageQueue, startOffset: number): void {
    const { config, brokers, clock, rates, offsets, commitOnPull } = this.#needs
    const reader = new PullReader({
      config,
      queue,
      startOffset,
      subscription: this.#needs.subscriptionOf(queue.topic),
      sendSubscription: this.#needs.sendSubscription(queue.topic),
      brokers,
      clock,
      rates,
      committed: () => (commitOnPull ? offsets.committed(queue) : 0),
      onMessages: this.#needs.onMessages,
      onEmpty: this.#needs.onEmpty,
      onOffsetMoved: this.#needs.onOffsetMoved,
      onHeartbeatNeeded: this.#needs.onHeartbeatNeeded,
      problems: this.#needs.problems,
    })
    if (this.#isPaused(queue)) reader.pause()
    this.#readers.set(queueKey(queue), reader)
    void reader.run()
  }

  /** Another member reads this queue from now on. */
  #release(reader: PullReader): Promise<void> {
    const { queue } = reader
    return this.#leave(reader, async () => {
      await this.#needs.release(reader, queueGone(queue))
      await this.#persist(queue)
      this.#needs.offsets.forget(queue)
      await this.#locks?.unlock([queue])
    })
  }

  #leave(reader: PullReader, work: () => Promise<void>): Promise<void> {
    const key = queueKey(reader.queue)
    this.#readers.delete(key)
    const left = work().finally(() => this.#leaving.delete(key))
    this.#leaving.set(key, left)
    return left
  }

  #isPaused(queue: MessageQueue): boolean {
    return this.#allPaused || this.#paused.has(queueKey(queue))
  }

  /** A timer runs only while there is something to persist. */
  #persistLater(): void {
    if (this.#closed) return
    const { clock, config } = this.#needs
    this.#persistence ??= clock.after(config.persistOffsetIntervalMs, () => {
      this.#persistence = undefined
      return this.persistAll()
    })
  }

  async #persist(queue: MessageQueue): Promise<boolean> {
    try {
      await this.#needs.offsets.persist(queue)
      return true
    } catch (error) {
      this.#needs.problems.report(error)
      return false
    }
  }
}

function queueGone(queue: MessageQueue) {
  return clientErrors.CLOSED({ what: `queue ${queueKey(queue)} of this consumer` })
}
