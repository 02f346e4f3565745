/** Where a deleted topic ended. */
export interface TopicEnd {
  /** End of the commit log when the topic was deleted: its records before that belong to no topic any more. */
  readonly physicalOffset: number
  /** By queue id: the queue offset behind the last message. */
  readonly queues: ReadonlyMap<number, number>
}

/** Keeps the ends of deleted topics from one start to the next. */
export interface SavedTopicEnds {
  /** What was saved last, in the order the topics were deleted. */
  readonly saved: ReadonlyMap<string, TopicEnd>
  /** Resolves when they are on disk. */
  save(ends: ReadonlyMap<string, TopicEnd>): Promise<void>
}

/** More topics than this are not remembered: the one that was deleted longest ago is forgotten. */
const TOPICS_MAX = 10_000

/** Remembers nothing from one start to the next. */
export const unsavedTopicEnds: SavedTopicEnds = { saved: new Map(), save: async () => {} }

/**
 * Where deleted topics ended. A topic that is made again goes on with the queue offsets behind that, so that an offset
 * some consumer still holds of the deleted topic never stands for a message of the new one: it is too small, and is
 * corrected to where the queue begins.
 */
export class TopicEnds {
  readonly #ends: Map<string, TopicEnd>
  readonly #saving: SavedTopicEnds

  constructor(saving: SavedTopicEnds) {
    this.#ends = new Map(saving.saved)
    this.#saving = saving
  }

  /** The queue offset behind the last message of a deleted queue; 0 when there was none of this name. */
  endOf(topic: string, queueId: number): number {
    return this.#ends.get(topic)?.queues.get(queueId) ?? 0
  }

  /** Records of this topic that stand before this physical offset belong to a topic that was deleted. */
  recordsBegin(topic: string): number {
    return this.#ends.get(topic)?.physicalOffset ?? 0
  }

  /** Counts at once; resolves when it is on disk. Queues that are not named keep what is known of them. */
  add(topic: string, { physicalOffset, queues }: TopicEnd): Promise<void> {
    const known = this.#ends.get(topic)?.queues
    // No message came since.
    if (known && [...queues].every(([queueId, offset]) => known.get(queueId) === offset))
      return Promise.resolve()
    this.#ends.delete(topic)
    this.#ends.set(topic, { physicalOffset, queues: new Map([...(known ?? []), ...queues]) })
    if (this.#ends.size > TOPICS_MAX) this.#ends.delete(this.#ends.keys().next().value!)
    return this.#saving.save(this.#ends)
  }

  /** Says that the log ends at `logEnd`, perhaps before what it had when a topic was deleted: what follows is newer. */
  async retreat(logEnd: number): Promise<void> {
    const beyond = [...this.#ends].filter(([, { physicalOffset }]) => physicalOffset > logEnd)
    if (beyond.length === 0) return
    for (const [topic, { queues }] of beyond) this.#ends.set(topic, { physicalOffset: logEnd, queues })
    await this.#saving.save(this.#ends)
  }
}
