import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerOffsets, GroupQueue } from '../tables/consumer-offsets.js'
import type { OrderInfos } from './order-infos.js'

/** A new group begins with the oldest message; any other mode: with the newest. Apache: ConsumeInitMode. */
const INIT_MODE_MIN = 0

export interface PopOffsetsNeeds {
  readonly store: MessageStore
  readonly offsets: ConsumerOffsets
  readonly orderInfos: OrderInfos
}

/** The offset of the next message a group pops from a queue; before its first pop it has none. */
export class PopOffsets {
  readonly #needs: PopOffsetsNeeds

  constructor(needs: PopOffsetsNeeds) {
    this.#needs = needs
  }

  /** The offset as it is now; a group that has none is taken to begin with the oldest message. */
  peek(queue: GroupQueue): number {
    const { offsets, store } = this.#needs
    const offset = offsets.query(queue)
    return offset >= 0 ? offset : store.minOffset(queue.topic, queue.queueId)
  }

  /** Number of messages from that offset to the end of the queue, whether they match a filter or not. */
  restOf(queue: GroupQueue): number {
    return Math.max(0, this.#needs.store.maxOffset(queue.topic, queue.queueId) - this.peek(queue))
  }

  /** True when an administrator has reset the group's offset; its next pop takes that over. */
  isReset(queue: GroupQueue): boolean {
    return this.#needs.offsets.hasReset(queue)
  }

  /** Fixes where a new group begins, and takes over what an administrator has set. Apache: getPopOffset. */
  begin(queue: GroupQueue, initMode: number): number | Promise<number> {
    const { offsets, orderInfos } = this.#needs
    const resetTo = offsets.takeReset(queue)
    if (resetTo !== undefined) {
      orderInfos.open(queue)
      this.commit(queue, resetTo)
      return resetTo
    }
    const offset = offsets.query(queue)
    return offset >= 0 ? offset : this.#init(queue, initMode)
  }

  commit(queue: GroupQueue, offset: number): void {
    const { offsets } = this.#needs
    if (!offsets.hasReset(queue)) offsets.commit(queue, offset)
    offsets.recordPull(queue, offset)
  }

  /** A group that wants the newest message still gets all of a topic that is new. Apache: getInitOffset. */
  async #init(queue: GroupQueue, initMode: number): Promise<number> {
    const { store } = this.#needs
    const { topic, queueId } = queue
    const min = store.minOffset(topic, queueId)
    let offset = min
    if (initMode !== INIT_MODE_MIN && !topic.startsWith(RETRY_TOPIC_PREFIX)) {
      const oldest = store.hasFirst(topic, queueId)
        ? await store.read({ topic, queueId, offset: min, limits: { messagesMax: 1, bytesMax: 1 } })
        : undefined
      const allInMemory = oldest?.status === 'found' && !oldest.fromDisk
      offset = allInMemory ? min : Math.max(min, store.maxOffset(topic, queueId) - 1)
    }
    this.commit(queue, offset)
    return offset
  }
}
