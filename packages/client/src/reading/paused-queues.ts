import { type MessageQueue, queueKey } from '../routing/message-queue.js'

/** The queues that a consumer's user has paused: some of them, or all, now and later. */
export class PausedQueues {
  readonly #keys = new Set<string>()
  #all = false

  /** Without `queues`: all, also those the consumer gets later. */
  pause(queues?: readonly MessageQueue[]): void {
    if (queues === undefined) this.#all = true
    else for (const queue of queues) this.#keys.add(queueKey(queue))
  }

  /** Without `queues`: all. Single queues stay paused while all are. */
  resume(queues?: readonly MessageQueue[]): void {
    if (queues === undefined) {
      this.#all = false
      this.#keys.clear()
    } else for (const queue of queues) this.#keys.delete(queueKey(queue))
  }

  has(queue: MessageQueue): boolean {
    return this.#all || this.#keys.has(queueKey(queue))
  }
}
