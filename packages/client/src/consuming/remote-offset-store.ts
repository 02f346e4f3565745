import { queryConsumerOffset, ResponseCode, updateConsumerOffset } from '@rocketeer/protocol'
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
      undefined,
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
    await this.#brokers.call(queue.brokerName, updateConsumerOffset, {
      consumerGroup: this.#group,
      topic: queue.topic,
      queueId: queue.queueId,
      commitOffset: offset,
      bname: queue.brokerName,
    })
    kept.persisted = offset
  }

  forget(queue: MessageQueue): void {
    this.#kept.delete(queueKey(queue))
  }
}
