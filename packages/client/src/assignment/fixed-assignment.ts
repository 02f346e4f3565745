import type { Clock, Timer } from '@rocketeer/foundation'
import type { Problems } from '../problems.js'
import type { PulledQueues } from '../pulling/pulled-queues.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'

/** What did not succeed with all queues is tried again. */
const RETRY_MS = 1_000

interface FixedAssignmentNeeds {
  assigned: PulledQueues
  routes: RouteCache
  clock: Clock
  problems: Problems
}

/** Keeps a consumer at the queues its user names, whoever else reads them. Apache: AssignedMessageQueue. */
export class FixedAssignment {
  readonly #needs: FixedAssignmentNeeds
  #wanted: readonly MessageQueue[] = []
  #retry: Timer | undefined
  #closed = false

  constructor(needs: FixedAssignmentNeeds) {
    this.#needs = needs
  }

  /** Resolves after the first attempt; never rejects. */
  assign(queues: readonly MessageQueue[]): Promise<void> {
    this.#wanted = [...queues]
    return this.now()
  }

  async now(): Promise<void> {
    this.#retry?.cancel()
    const wanted = this.#wanted
    const own = this.#needs.assigned.readers.map(({ queue }) => queue)
    const topics = new Set([...wanted, ...own].map(({ topic }) => topic))
    const done = await Promise.all([...topics].map((topic) => this.#assignTopic(topic, wanted)))
    if (done.every((each) => each) || this.#closed || wanted !== this.#wanted) return
    this.#retry = this.#needs.clock.after(RETRY_MS, () => this.now())
  }

  close(): void {
    this.#closed = true
    this.#retry?.cancel()
  }

  async #assignTopic(topic: string, wanted: readonly MessageQueue[]): Promise<boolean> {
    const { assigned, routes, problems } = this.#needs
    try {
      // Where the brokers are is known from the route.
      await routes.existing(topic)
      return await assigned.assign(
        topic,
        wanted.filter((queue) => queue.topic === topic),
      )
    } catch (error) {
      problems.report(error, { topic })
      return false
    }
  }
}
