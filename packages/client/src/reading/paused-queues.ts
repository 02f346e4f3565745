import { type MessageQueue, queueKey } from '../routing/message-queue.js'

const USER = 'user'

/**
 * The queues of a consumer that somebody has paused: some of them, or all, now and later. Everybody (`by`) pauses and
 * resumes for himself, so that a circuit breaker that resumes does not resume what its user has paused.
 */
export class PausedQueues {
  readonly #all = new Set<string>()
  /** Keys of queues by who paused them; nobody is there who has paused none. */
  readonly #single = new Map<string, Set<string>>()

  /** Without `queues`: all, also those the consumer gets later. */
  pause(queues?: readonly MessageQueue[], by = USER): void {
    if (queues === undefined) {
      this.#all.add(by)
      return
    }
    const keys = this.#single.get(by) ?? new Set()
    for (const queue of queues) keys.add(queueKey(queue))
    this.#single.set(by, keys)
  }

  /** Without `queues`: all. Single queues stay paused while all are. */
  resume(queues?: readonly MessageQueue[], by = USER): void {
    if (queues === undefined) {
      this.#all.delete(by)
      this.#single.delete(by)
      return
    }
    const keys = this.#single.get(by)
    for (const queue of queues) keys?.delete(queueKey(queue))
    if (keys?.size === 0) this.#single.delete(by)
  }

  has(queue: MessageQueue): boolean {
    if (this.#all.size > 0) return true
    if (this.#single.size === 0) return false
    const key = queueKey(queue)
    for (const keys of this.#single.values()) if (keys.has(key)) return true
    return false
  }
}
