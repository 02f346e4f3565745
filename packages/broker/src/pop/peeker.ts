import type { Clock } from '@rocketeer/foundation'
import { popRetryTopicOf } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { GroupQueue } from '../tables/consumer-offsets.js'
import { type PopAccessNeeds, popAccess } from './pop-access.js'
import type { PopOffsets } from './pop-offsets.js'
import type { PopFields } from './pop-request.js'

/** Which messages are shown, in the names of Apache's PeekMessageRequestHeader. */
export type PeekFields = Pick<PopFields, 'consumerGroup' | 'topic' | 'queueId' | 'maxMsgNums'>

export interface PeekedMessages {
  /** Milliseconds since the epoch. */
  readonly peekedAt: number
  /** Messages the group has not popped. */
  readonly rest: number
  readonly records: readonly Buffer[]
}

export interface PeekerNeeds extends PopAccessNeeds {
  readonly store: MessageStore
  readonly stats: BrokerStats
  readonly clock: Clock
  readonly popOffsets: PopOffsets
}

/** Shows the next messages of a group without taking them. Apache: PeekMessageProcessor. */
export class Peeker {
  readonly #needs: PeekerNeeds

  constructor(needs: PeekerNeeds) {
    this.#needs = needs
  }

  async peek(fields: PeekFields): Promise<PeekedMessages> {
    const topic = popAccess(this.#needs, fields)
    const { clock, popOffsets, stats } = this.#needs
    const records: Buffer[] = []
    let messages = 0
    let rest = 0
    for (const queue of this.#queues(fields, topic.readQueueNums)) {
      rest += popOffsets.restOf(queue)
      if (messages >= fields.maxMsgNums) continue
      const read = await this.#read(queue, fields.maxMsgNums - messages)
      messages += read.messageCount
      records.push(...read.buffers)
    }
    if (messages > 0) {
      const bytes = records.reduce((sum, { length }) => sum + length, 0)
      stats.onGet({ group: fields.consumerGroup, topic: fields.topic }, { messageCount: messages, bytes })
    }
    return { peekedAt: clock.now(), rest, records }
  }

  async #read(queue: GroupQueue, messagesMax: number) {
    const { store, popOffsets, config } = this.#needs
    const limits = { messagesMax, bytesMax: config.current.memoryReadBytesMax }
    const { topic, queueId } = queue
    const read = await store.read({ topic, queueId, offset: popOffsets.peek(queue), limits })
    return read.status === 'offsetTooSmall'
      ? store.read({ topic, queueId, offset: read.nextBeginOffset, limits })
      : read
  }

  *#queues({ topic, queueId, consumerGroup: group }: PeekFields, count: number): Generator<GroupQueue> {
    if (queueId >= 0) yield { topic, group, queueId }
    else for (let each = 0; each < count; each++) yield { topic, group, queueId: each }
    for (const version of [1, 2] as const) {
      const retryTopic = popRetryTopicOf(topic, group, version)
      const retryQueues = this.#needs.topics.get(retryTopic)?.readQueueNums ?? 0
      for (let each = 0; each < retryQueues; each++) yield { topic: retryTopic, group, queueId: each }
    }
  }
}
