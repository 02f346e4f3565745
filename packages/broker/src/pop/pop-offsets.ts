import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import type { OrderedQueue, OrderInfos } from './order-infos.js'

/** Where a group begins that has consumed nothing: 0 with the oldest message, 1 with the newest. Apache: ConsumeInitMode. */
const INIT_MODE_MIN = 0

export interface PopOffsetsNeeds {
  readonly store: MessageStore
  readonly offsets: ConsumerOffsets
  readonly orderInfos: OrderInfos
}

/** The next message a group pops from a queue; it has no offset yet before its first pop. */
export class PopOffsets {
  readonly #needs: PopOffsetsNeeds

  constructor(needs: PopOffsetsNeeds) {
    this.#needs = needs
  }

  /** Only looks: a group without offset is taken to begin at the oldest message. */
  peek({ topic, group, queueId }: OrderedQueue): number {
    const { offsets, store } = this.#needs
    const offset = offsets.query(group, topic, queueId)
    return offset >= 0 ? offset : store.minOffset(topic, queueId)
  }

  /** Messages from there to the end of the queue, matching or not. */
  restOf(queue: OrderedQueue): number {
    return Math.max(0, this.#needs.store.maxOffset(queue.topic, queue.queueId) - this.peek(queue))
  }

  /** An administrator sends the group elsewhere: what is closed to it opens. */
  isReset({ topic, group, queueId }: OrderedQueue): boolean {
    return this.#needs.offsets.hasReset(group, topic, queueId)
  }

  /** Fixes where a new group begins, and takes over what an administrator has set. Apache: getPopOffset. */
  begin(queue: OrderedQueue, initMode: number): number | Promise<number> {
    const { offsets, orderInfos } = this.#needs
    const { topic, group, queueId } = queue
    const resetTo = offsets.takeReset(group, topic, queueId)
    if (resetTo !== undefined) {
      orderInfos.open(queue)
      this.commit(queue, resetTo)
      return resetTo
    }
    const offset = offsets.query(group, topic, queueId)
    return offset >= 0 ? offset : this.#init(queue, initMode)
  }

  commit({ topic, group, queueId }: OrderedQueue, offset: number): void {
    const { offsets } = this.#needs
    if (!offsets.hasReset(group, topic, queueId)) offsets.commit(group, topic, queueId, offset)
    offsets.recordPull(group, topic, queueId, offset)
  }

  /** The newest message is wanted, but of a topic that is new nothing should be missed. Apache: getInitOffset. */
  async #init(queue: OrderedQueue, initMode: number): Promise<number> {
    const { store } = this.#needs
    const { topic, queueId } = queue
    const min = store.minOffset(topic, queueId)
    let offset = min
    if (initMode !== INIT_MODE_MIN && !topic.startsWith(RETRY_TOPIC_PREFIX)) {
      const oldest =
        min > 0
          ? undefined
          : await store.read({ topic, queueId, offset: 0, limits: { messagesMax: 1, bytesMax: 1 } })
      const allInMemory = oldest?.status === 'found' && !oldest.fromDisk
      offset = allInMemory ? 0 : Math.max(0, store.maxOffset(topic, queueId) - 1)
    }
    this.commit(queue, offset)
    return offset
  }
}
