import type { Subscription } from '../reading/subscription.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import { PopReader, type PopReaderNeeds } from './pop-reader.js'

/** What is held of a queue that is popped. */
export interface PoppedBacklog {
  queue: MessageQueue
  /** Popped and not acknowledged. */
  messages: number
  /** Milliseconds of the client's clock. */
  lastPopAt: number
}

interface PoppedQueuesNeeds extends Omit<PopReaderNeeds, 'queue' | 'subscription'> {
  subscriptionOf: (topic: string) => Subscription
}

/** The queues a consumer pops from now. Apache: RebalanceImpl.popProcessQueueTable. */
export class PoppedQueues {
  readonly #needs: PoppedQueuesNeeds
  readonly #readers = new Map<string, PopReader>()
  readonly #paused = new Set<string>()
  #allPaused = false
  #closed = false

  constructor(needs: PoppedQueuesNeeds) {
    this.#needs = needs
  }

  get queues(): MessageQueue[] {
    return [...this.#readers.values()].map(({ queue }) => queue)
  }

  get backlog(): PoppedBacklog[] {
    return [...this.#readers.values()].map(({ queue, held, lastPopAt }) => ({
      queue,
      messages: held,
      lastPopAt,
    }))
  }

  /** Pops from these queues of the topic, and no others; true when that changed something. */
  assign(topic: string, wanted: readonly MessageQueue[]): boolean {
    if (this.#closed) return false
    const keys = new Set(wanted.map(queueKey))
    const lost = [...this.#readers].filter(([key, { queue }]) => queue.topic === topic && !keys.has(key))
    for (const [key, reader] of lost) {
      this.#readers.delete(key)
      reader.stop()
    }
    const gained = wanted.filter((queue) => !this.#readers.has(queueKey(queue)))
    for (const queue of gained) this.#add(queue)
    return lost.length + gained.length > 0
  }

  /** From these queues, or all, now and later, nothing is popped until `resume`. */
  pause(queues?: readonly MessageQueue[]): void {
    if (queues === undefined) this.#allPaused = true
    else for (const queue of queues) this.#paused.add(queueKey(queue))
    for (const reader of this.#readers.values()) if (this.isPaused(reader.queue)) reader.pause()
  }

  resume(queues?: readonly MessageQueue[]): void {
    if (queues === undefined) {
      this.#allPaused = false
      this.#paused.clear()
    } else for (const queue of queues) this.#paused.delete(queueKey(queue))
    for (const reader of this.#readers.values()) if (!this.isPaused(reader.queue)) reader.resume()
  }

  isPaused(queue: MessageQueue): boolean {
    return this.#allPaused || this.#paused.has(queueKey(queue))
  }

  stop(): void {
    this.#closed = true
    for (const reader of this.#readers.values()) reader.stop()
  }

  #add(queue: MessageQueue): void {
    const { subscriptionOf, ...needs } = this.#needs
    const reader = new PopReader({ ...needs, queue, subscription: subscriptionOf(queue.topic) })
    if (this.isPaused(queue)) reader.pause()
    this.#readers.set(queueKey(queue), reader)
    void reader.run()
  }
}
