import { type Clock, Rounds } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import type { PausedQueues } from '../reading/paused-queues.js'
import type { ReaderNeeds } from '../reading/reader.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import type { OffsetStore } from './offset-store.js'
import type { Recipient } from './pull-handling.js'
import { PullReader } from './pull-reader.js'
import type { PullingConfig } from './pulling-options.js'
import type { QueueLocks } from './queue-locks.js'

interface PulledQueuesNeeds extends Omit<ReaderNeeds, 'queue'> {
  config: PullingConfig
  subscriptionOf: (topic: string) => Subscription
  /** Whether pulls of the topic carry the subscription, since brokers do not know it. */
  sendSubscription: (topic: string) => boolean
  offsets: OffsetStore
  /** Pulls carry the offset to commit. */
  commitOnPull: boolean
  /**
   * True: offsets move with every message that is finished or filtered out. False: only when `noteProgress` is called,
   * since users of a pull consumer may choose when to commit.
   */
  offsetsFollow: boolean
  /** Where to begin in a queue. */
  startOffset: (queue: MessageQueue) => Promise<number>
  brokers: Brokers
  paused: PausedQueues
  /** Given for consumers in order: queues are locked at their brokers before they are read. */
  locks?: QueueLocks | undefined
  recipient: Recipient
  onChange: (queues: MessageQueue[]) => void
  /** Called when a queue was given up that this member may get back. */
  onGivenUp: () => void
}

/** The backlog of a queue that is pulled. */
export interface QueueBacklog {
  queue: MessageQueue
  /** Pulled and not finished. */
  messages: number
  /** Of their bodies. */
  bytes: number
  /** The offset of the first message that is not finished. */
  commitOffset: number
  /** Milliseconds since the epoch, by the client's clock; 0 before the first pull. */
  lastPullAt: number
}

/** The queues that a consumer pulls now: reads them, and persists how far it is. Apache: RebalanceImpl. */
export class PulledQueues {
  readonly #needs: PulledQueuesNeeds
  readonly #clock: Clock
  readonly #readers = new Map<string, PullReader>()
  /** Queues being given up, until the last work on them is done. */
  readonly #leaving = new Map<string, Promise<void>>()
  /**
   * Readers whose offset has moved since it was last put into the store, which happens once per pull, not per message.
   */
  readonly #progressed = new Set<PullReader>()
  readonly #persistence: Rounds
  /** A round of persistence is due. */
  #unpersisted = false
  #closed = false

  constructor(needs: PulledQueuesNeeds) {
    this.#needs = needs
    this.#clock = needs.clock
    this.#persistence = new Rounds({
      clock: needs.clock,
      round: () => this.#persistAll(),
      onFailure: needs.problems.report,
      retryAfterMs: needs.config.persistOffsetIntervalMs,
    })
    this.#persistence.start()
  }

  get readers(): PullReader[] {
    return [...this.#readers.values()]
  }

  get backlog(): QueueBacklog[] {
    return this.readers.map(({ queue, backlog, lastReadAt }) => ({
      queue,
      messages: backlog.messages,
      bytes: backlog.bytes,
      commitOffset: backlog.commitOffset,
      lastPullAt: lastReadAt,
    }))
  }

  readerOf(queue: MessageQueue): PullReader | undefined {
    return this.#readers.get(queueKey(queue))
  }

  /** Assigns exactly these queues of the topic to this consumer; resolves to false when some could not be had. */
  async assign(topic: string, wanted: readonly MessageQueue[]): Promise<boolean> {
    const { locks, onChange } = this.#needs
    const keys = new Set(wanted.map(queueKey))
    const lost = this.readers.filter(({ queue }) => queue.topic === topic && !keys.has(queueKey(queue)))
    const released = Promise.all(lost.map((reader) => this.#release(reader)))
    // In order a running handler may take its time: the other queues do not wait for it.
    if (locks === undefined) await released
    const gained = wanted.filter((queue) => !this.#readers.has(queueKey(queue)))
    const free = gained.filter((queue) => !this.#leaving.has(queueKey(queue)))
    const locked = locks ? await locks.lock(free) : free
    const added = await Promise.all(locked.map((queue) => this.#add(queue)))
    if (lost.length > 0 || added.includes(true)) onChange(this.readers.map(({ queue }) => queue))
    return added.every((done) => done) && locked.length === gained.length
  }

  /** Drops the backlog of a queue and reads it from another offset; nothing is persisted. */
  seek(queue: MessageQueue, offset: number): void {
    const reader = this.readerOf(queue)
    if (reader === undefined) return
    reader.drop()
    this.#noteOffset(reader)
    this.#read(reader.queue, offset)
  }

  /** Drops the backlog of a queue, persists another offset, and gives the queue up, to be assigned again. */
  async moveTo(queue: MessageQueue, offset: number): Promise<void> {
    const reader = this.readerOf(queue)
    if (reader === undefined) return
    await this.#leave(reader, async () => {
      await this.#needs.recipient.release(reader, queueGone(queue))
      this.#progressed.delete(reader)
      this.#needs.offsets.update(queue, offset)
      await this.#persist(reader)
    })
    this.#needs.onGivenUp()
  }

  /** Gives up queues that another member may have: what is in their backlog is neither finished nor committed here. */
  lose(queues: readonly MessageQueue[]): void {
    const { recipient, problems, onGivenUp } = this.#needs
    for (const queue of queues) {
      const reader = this.readerOf(queue)
      if (reader === undefined) continue
      reader.drop()
      this.#progressed.delete(reader)
      problems.report(clientErrors.QUEUE_LOCK_LOST({ ...queue }), queue)
      void this.#leave(reader, () => recipient.release(reader, queueGone(queue)))
    }
    onGivenUp()
  }

  /** Resumes queues whose locks were in doubt. */
  resume(queues: readonly MessageQueue[]): void {
    for (const queue of queues) {
      const reader = this.readerOf(queue)
      if (reader) this.#needs.recipient.resume(reader)
    }
  }

  /** Called when the offset of a reader has moved; it is persisted within `persistOffsetIntervalMs`. */
  noteProgress(reader: PullReader): void {
    this.#progressed.add(reader)
    if (this.#unpersisted) return
    this.#unpersisted = true
    this.#persistence.due(this.#clock.now() + this.#needs.config.persistOffsetIntervalMs)
  }

  /** Pauses or resumes each reader as `paused` says. */
  applyPauses(): void {
    const { paused, recipient } = this.#needs
    for (const reader of this.readers) {
      if (paused.has(reader.queue)) reader.pause()
      else if (reader.paused) {
        reader.resume()
        recipient.resume(reader)
      }
    }
  }

  /** Persists at once; rejects when a broker did not take it. */
  async commit(): Promise<void> {
    const { readers } = this
    for (const reader of readers) this.#noteOffset(reader)
    await Promise.all(readers.map(({ queue }) => this.#needs.offsets.persist(queue)))
  }

  /** Reads no more; the backlog stays. */
  stop(): void {
    this.#closed = true
    for (const reader of this.readers) reader.stop()
  }

  /** Commits and gives the queues back; `unlock` unless a handler still works on one. */
  async close({ unlock }: { unlock: boolean }): Promise<void> {
    const { locks } = this.#needs
    this.stop()
    const { readers } = this
    for (const reader of readers) reader.drop()
    await Promise.all([this.#persistence.close(), this.#persistAll()])
    this.#readers.clear()
    if (unlock) await Promise.all(this.#leaving.values())
    if (unlock) await locks?.unlock(readers.map(({ queue }) => queue))
    await locks?.close()
  }

  async #add(queue: MessageQueue): Promise<boolean> {
    const { offsets, startOffset, problems } = this.#needs
    try {
      offsets.forget(queue)
      const offset = await startOffset(queue)
      if (!this.#closed) this.#read(queue, offset)
      return true
    } catch (error) {
      problems.report(error, queue)
      return false
    }
  }

  #read(queue: MessageQueue, startOffset: number): void {
    const { paused, offsets, commitOnPull, offsetsFollow, problems } = this.#needs
    const reader: PullReader = new PullReader({
      ...this.#needs,
      queue,
      startOffset,
      subscription: this.#needs.subscriptionOf(queue.topic),
      sendSubscription: this.#needs.sendSubscription(queue.topic),
      committed: () => {
        if (!commitOnPull) return 0
        this.#noteOffset(reader)
        return offsets.committed(queue)
      },
      onFinished: offsetsFollow ? (finished) => this.noteProgress(finished) : undefined,
    })
    if (paused.has(queue)) reader.pause()
    this.#readers.set(queueKey(queue), reader)
    this.#consume(reader).catch(problems.report)
  }

  async #consume(reader: PullReader): Promise<void> {
    const { recipient, offsetsFollow } = this.#needs
    for await (const { messages, movedTo } of reader) {
      if (reader.stopped) return
      if (movedTo !== undefined) this.#goTo(reader, movedTo)
      else if (messages.length > 0) recipient.submit(reader, messages)
      // The offset has moved past messages that the subscription does not want.
      else if (offsetsFollow && reader.backlog.messages === 0) this.noteProgress(reader)
    }
  }

  /** Without `offsetsFollow` nothing may be persisted that was not polled. */
  #goTo({ queue }: PullReader, offset: number): void {
    if (this.#needs.offsetsFollow) void this.moveTo(queue, offset)
    else this.seek(queue, offset)
  }

  /** Another member reads this queue from now on. */
  #release(reader: PullReader): Promise<void> {
    const { queue } = reader
    const { recipient, offsets, locks } = this.#needs
    return this.#leave(reader, async () => {
      await recipient.release(reader, queueGone(queue))
      await this.#persist(reader)
      offsets.forget(queue)
      await locks?.unlock([queue])
    })
  }

  #leave(reader: PullReader, work: () => Promise<void>): Promise<void> {
    const key = queueKey(reader.queue)
    this.#readers.delete(key)
    const left = work().finally(() => this.#leaving.delete(key))
    this.#leaving.set(key, left)
    return left
  }

  /** Resolves to the time of the next round; to infinity while everything is persisted, so that no timer runs then. */
  async #persistAll(): Promise<number> {
    this.#unpersisted = false
    const persisted = await Promise.all(this.readers.map((reader) => this.#persist(reader)))
    if (!persisted.includes(false)) return Number.POSITIVE_INFINITY
    return this.#clock.now() + this.#needs.config.persistOffsetIntervalMs
  }

  #noteOffset(reader: PullReader): void {
    if (this.#progressed.delete(reader)) this.#needs.offsets.update(reader.queue, reader.backlog.commitOffset)
  }

  async #persist(reader: PullReader): Promise<boolean> {
    this.#noteOffset(reader)
    try {
      await this.#needs.offsets.persist(reader.queue)
      return true
    } catch (error) {
      this.#needs.problems.report(error, reader.queue)
      return false
    }
  }
}

function queueGone(queue: MessageQueue) {
  return clientErrors.CLOSED({ what: `queue ${queueKey(queue)} of this consumer` })
}
