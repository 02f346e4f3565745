import { type Client, type MessageQueue, queueKey } from '@rocketeer/client'

interface Progress {
  readonly queue: MessageQueue
  /** What the group has committed, by whomever. */
  committed: number
  /** Behind the last dead letter that this worker is done with. */
  next: number
}

/**
 * How far replays are in the queues of a group's dead letters: the offset that the group itself commits there, as for a
 * replay by hand, so that each goes on where the other was.
 */
export class DeadLetterProgress {
  readonly #client: Client
  readonly #group: string
  readonly #queues = new Map<string, Progress>()

  constructor(client: Client, group: string) {
    this.#client = client
    this.#group = group
  }

  /** Whether a replay by hand has gone past this offset. */
  async isPast(queue: MessageQueue, offset: number): Promise<boolean> {
    return offset < (await this.#progressIn(queue)).committed
  }

  async done(queue: MessageQueue, offset: number): Promise<void> {
    const progress = await this.#progressIn(queue)
    progress.next = Math.max(progress.next, offset + 1)
  }

  /** Commits what is done and looks how far others are; forgets queues that are not among `owned`. */
  async commit(owned: readonly MessageQueue[]): Promise<void> {
    if (this.#queues.size === 0) return
    const { offsets } = this.#client.admin()
    const keys = new Set(owned.map(queueKey))
    for (const [key, progress] of this.#queues) {
      const { queue, next } = progress
      progress.committed = Math.max(progress.committed, (await this.#committedIn(queue)) ?? 0)
      if (next > progress.committed) {
        await offsets.commit(this.#group, queue, next)
        progress.committed = next
      }
      if (!keys.has(key)) this.#queues.delete(key)
    }
  }

  async #progressIn(queue: MessageQueue): Promise<Progress> {
    const key = queueKey(queue)
    const known = this.#queues.get(key)
    if (known) return known
    const progress = { queue: { ...queue }, committed: (await this.#committedIn(queue)) ?? 0, next: 0 }
    this.#queues.set(key, progress)
    return progress
  }

  #committedIn(queue: MessageQueue): Promise<number | undefined> {
    return this.#client.admin().offsets.committed(this.#group, queue)
  }
}
