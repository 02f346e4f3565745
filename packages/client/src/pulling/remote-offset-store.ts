import { ResponseCode } from '@rocketeer/protocol'
import { queryConsumerOffset, updateConsumerOffset } from '@rocketeer/protocol/commands'
import type { Brokers } from '../routing/brokers.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import type { OffsetStore } from './offset-store.js'

interface Kept {
  queue: MessageQueue
  offset: number
  persisted: number | undefined
}

/** The offsets of this consumer's queues: kept here, persisted at the brokers. Apache: RemoteBrokerOffsetStore. */
export class RemoteOffsetStore implements OffsetStore {
  readonly #group: string
  readonly #brokers: Brokers
  readonly #kept = new Map<string, Kept>()
  /** Topic and broker → the first commit to it. */
  readonly #firstCommits = new Map<string, Promise<void>>()

  constructor(group: string, brokers: Brokers) {
    this.#group = group
    this.#brokers = brokers
  }

  /** Brokers before 5.0 do not know `exact`. */
  async read({ topic, brokerName, queueId }: MessageQueue, exact: boolean): Promise<number | undefined> {
    const fields = { consumerGroup: this.#group, topic, queueId, bname: brokerName }
    const response = await this.#brokers.call(
      brokerName,
      queryConsumerOffset,
      exact ? { ...fields, setZeroIfNotFound: false } : fields,
      { accept: [ResponseCode.QUERY_NOT_FOUND], orAny: true },
    )
    return response.code === ResponseCode.SUCCESS ? response.fields.offset : undefined
  }

  /** 0 when nothing was consumed yet. */
  committed(queue: MessageQueue): number {
    return this.#kept.get(queueKey(queue))?.offset ?? 0
  }

  update(queue: MessageQueue, offset: number): void {
    const kept = this.#kept.get(queueKey(queue))
    if (kept) kept.offset = offset
    else this.#kept.set(queueKey(queue), { queue, offset, persisted: undefined })
  }

  /** Offsets that did not change since the last time are left out. Rejects when a broker did not take one. */
  async persist(queue: MessageQueue): Promise<void> {
    const kept = this.#kept.get(queueKey(queue))
    if (kept === undefined || kept.offset === kept.persisted) return
    const { offset } = kept
    await this.#commitAfterFirst(queue, offset)
    kept.persisted = offset
  }

  forget(queue: MessageQueue): void {
    this.#kept.delete(queueKey(queue))
  }

  /**
   * The first commit of a topic goes alone: Apache's broker then makes the table of the group's offsets without a lock
   * (ConsumerOffsetManager.commitOffset), and of two commits at once it may forget one.
   */
  async #commitAfterFirst(queue: MessageQueue, offset: number): Promise<void> {
    const key = `${queue.topic}@${queue.brokerName}`
    const first = this.#firstCommits.get(key)
    if (first) {
      await first.catch(() => undefined)
      return this.#commit(queue, offset)
    }
    const committing = this.#commit(queue, offset)
    this.#firstCommits.set(key, committing)
    try {
      await committing
    } catch (error) {
      this.#firstCommits.delete(key)
      throw error
    }
  }

  async #commit({ topic, queueId, brokerName }: MessageQueue, commitOffset: number): Promise<void> {
    const fields = { consumerGroup: this.#group, topic, queueId, commitOffset, bname: brokerName }
    await this.#brokers.call(brokerName, updateConsumerOffset, fields)
  }
}
