import type { Clock } from '@rocketeer/foundation'
import type { Problems } from '../problems.js'
import type { PulledQueues } from '../pulling/pulled-queues.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import { AssignmentRounds } from './assignment-rounds.js'
import { MissingTopics } from './missing-topics.js'

/** How soon an assignment that failed for some queues is tried again. */
const RETRY_MS = 1_000

interface FixedAssignmentNeeds {
  pulled: PulledQueues
  routes: RouteCache
  clock: Clock
  problems: Problems
}

/** Keeps a consumer at the queues its user names, whoever else reads them. Apache: AssignedMessageQueue. */
export class FixedAssignment {
  readonly #needs: FixedAssignmentNeeds
  readonly #rounds: AssignmentRounds
  readonly #missing: MissingTopics
  #wanted: readonly MessageQueue[] = []

  constructor(needs: FixedAssignmentNeeds) {
    this.#needs = needs
    this.#missing = new MissingTopics(needs.clock)
    this.#rounds = new AssignmentRounds({ ...needs, round: () => this.#assignAll() })
  }

  /** Resolves after the first attempt; never rejects. */
  assign(queues: readonly MessageQueue[]): Promise<void> {
    this.#wanted = [...queues]
    return this.now()
  }

  /** Tries at once to get exactly the wanted queues. Resolves after the attempt; never rejects. */
  now(): Promise<void> {
    return this.#rounds.now()
  }

  close(): Promise<void> {
    return this.#rounds.close()
  }

  /** Resolves to the time of the next attempt; to infinity when all queues are assigned. */
  async #assignAll(): Promise<number> {
    const { pulled, clock } = this.#needs
    const wanted = this.#wanted
    const present = pulled.readers.map(({ queue }) => queue)
    const topics = new Set([...wanted, ...present].map(({ topic }) => topic))
    const done = await Promise.all([...topics].map((topic) => this.#assignTopic(topic, wanted)))
    return done.includes(false) ? clock.now() + RETRY_MS : Number.POSITIVE_INFINITY
  }

  async #assignTopic(topic: string, wanted: readonly MessageQueue[]): Promise<boolean> {
    const { pulled, routes, problems } = this.#needs
    try {
      // The route brings the addresses of the brokers.
      await routes.existing(topic)
      this.#missing.found(topic)
      return await pulled.assign(
        topic,
        wanted.filter((queue) => queue.topic === topic),
      )
    } catch (error) {
      if (this.#missing.isNews(topic, error)) problems.report(error, { topic })
      return false
    }
  }
}
