import type { PausedQueues } from '../reading/paused-queues.js'
import type { Subscription } from '../reading/subscription.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import type { PopAnswer } from './pop.js'
import { PopReader, type PopReaderNeeds } from './pop-reader.js'

/** The backlog of a queue that is popped. */
export interface PoppedBacklog {
  queue: MessageQueue
  /** Popped and not acknowledged. */
  messages: number
  /** Milliseconds since the epoch, by the client's clock; 0 before the first pop. */
  lastPopAt: number
}

interface PoppedQueuesNeeds extends Omit<PopReaderNeeds, 'queue' | 'subscription'> {
  subscriptionOf: (topic: string) => Subscription
  paused: PausedQueues
  /** Called with what each pop finds. */
  onPopped: (answer: PopAnswer) => void
}

/** The queues a consumer pops from now. Apache: RebalanceImpl.popProcessQueueTable. */
export class PoppedQueues {
  readonly #needs: PoppedQueuesNeeds
  readonly #readers = new Map<string, PopReader>()
  #closed = false

  constructor(needs: PoppedQueuesNeeds) {
    this.#needs = needs
  }

  get queues(): MessageQueue[] {
    return [...this.#readers.values()].map(({ queue }) => queue)
  }

  get backlog(): PoppedBacklog[] {
    return [...this.#readers.values()].map(({ queue, backlog, lastReadAt }) => ({
      queue,
      messages: backlog,
      lastPopAt: lastReadAt,
    }))
  }

  /** Pops from exactly these queues of the topic; true when that changed something. */
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

  /** Pauses or resumes each reader as `paused` says. */
  applyPauses(): void {
    const { paused } = this.#needs
    for (const reader of this.#readers.values()) {
      if (paused.has(reader.queue)) reader.pause()
      else reader.resume()
    }
  }

  stop(): void {
    this.#closed = true
    for (const reader of this.#readers.values()) reader.stop()
  }

  #add(queue: MessageQueue): void {
    const { subscriptionOf, paused, problems } = this.#needs
    const reader = new PopReader({ ...this.#needs, queue, subscription: subscriptionOf(queue.topic) })
    if (paused.has(queue)) reader.pause()
    this.#readers.set(queueKey(queue), reader)
    this.#consume(reader).catch(problems.report)
  }

  async #consume(reader: PopReader): Promise<void> {
    for await (const popped of reader) this.#needs.onPopped(popped)
  }
}
