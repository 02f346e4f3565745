import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerOffsets, GroupQueue } from '../tables/consumer-offsets.js'
import type { OrderInfos } from './order-infos.js'

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
  peek(queue: GroupQueue): number {
    const { offsets, store } = this.#needs
    const offset = offsets.query(queue)
    return offset >= 0 ? offset : store.minOffset(queue.topic, queue.queueId)
  }

  /** Messages from there to the end of the queue, matching or not. */
  restOf(queue: GroupQueue): number {
    return Math.max(0, this.#needs.store.maxOffset(queue.topic, queue.queueId) - this.peek(queue))
  }

  /** An administrator sends the group elsewhere: what is closed to it opens. */
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

  /** The newest message is wanted, but of a topic that is new nothing should be missed. Apache: getInitOffset. */
  async #init(queue: GroupQueue, initMode: number): Promise<number> {
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
