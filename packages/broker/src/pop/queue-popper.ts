import {
  encodeReceiptHandle,
  messageOffsetsItem,
  PopPropertyName,
  type ReceiptHandle,
  retryMarkOf,
  startOffsetItem,
} from '@rocketeer/protocol'
import {
  decodeProperties,
  decodeRecord,
  encodedRecord,
  encodeProperties,
  PROPERTIES_BYTES_MAX,
  PropertyName,
  recordQueueOffset,
  recordsIn,
} from '@rocketeer/protocol/record'
import type { MessageFilter, MessageStore, ReadResult } from '@rocketeer/store'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { GroupQueue } from '../tables/consumer-offsets.js'
import type { CheckPoints } from './check-points.js'
import type { OrderInfos } from './order-infos.js'
import type { PopOffsets } from './pop-offsets.js'
import type { PopFields } from './pop-request.js'
import type { WaitingPops } from './waiting-pops.js'

export interface QueuePopperNeeds {
  readonly store: MessageStore
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly popOffsets: PopOffsets
  readonly orderInfos: OrderInfos
  readonly checkPoints: CheckPoints
  readonly waitingPops: WaitingPops
}

/** What a pop has found so far in the queues it looks at. */
export interface PopProgress {
  readonly popTime: number
  readonly reviveQueueId: number
  readonly records: Buffer[]
  /** Give back the memory of the records. */
  readonly releases: (() => void)[]
  readonly startOffsets: string[]
  readonly messageOffsets: string[]
  readonly orderCounts: string[]
  /** Messages that are left in the queues. */
  rest: number
  /** Nothing matched among the messages of one read, and there are more to read. */
  unread: boolean
  /** When the first of the queues opens that are closed to the group; `Infinity` when none is. */
  opensAt: number
}

/**
 * Takes messages from one queue. They leave only after their check point is stored; until then no other pop of the group
 * reads the queue. Apache: PopMessageProcessor.popMsgFromQueue.
 */
export class QueuePopper {
  readonly #needs: QueuePopperNeeds
  /** Queues that are being popped from, and whether another pop has skipped the queue meanwhile. */
  readonly #locks = new Map<string, boolean>()

  constructor(needs: QueuePopperNeeds) {
    this.#needs = needs
  }

  isBusy(queue: GroupQueue): boolean {
    return this.#locks.has(lockKeyOf(queue))
  }

  async popFrom(
    queue: GroupQueue,
    fields: PopFields,
    filter: MessageFilter,
    progress: PopProgress,
  ): Promise<void> {
    const { popOffsets, orderInfos, waitingPops } = this.#needs
    const key = lockKeyOf(queue)
    if (this.#locks.has(key)) {
      this.#locks.set(key, true)
      if (!fields.order) progress.rest += popOffsets.restOf(queue)
      return
    }
    if (fields.order && !popOffsets.isReset(queue)) {
      const opensAt = orderInfos.closedUntil(queue, fields.attemptId)
      if (opensAt !== undefined) {
        progress.opensAt = Math.min(progress.opensAt, opensAt)
        return
      }
    }
    if (progress.records.length >= fields.maxMsgNums) {
      progress.rest += popOffsets.restOf(queue)
      return
    }
    this.#locks.set(key, false)
    try {
      const offset = await popOffsets.begin(queue, fields.initMode)
      await this.#readFrom(queue, offset, fields, filter, progress)
    } finally {
      const skipped = this.#locks.get(key)
      this.#locks.delete(key)
      if (skipped) waitingPops.wakeOne({ topic: fields.topic, group: queue.group, queueId: fields.queueId })
    }
  }

  async #readFrom(
    queue: GroupQueue,
    begin: number,
    fields: PopFields,
    filter: MessageFilter,
    progress: PopProgress,
  ): Promise<void> {
    const { store, popOffsets, config } = this.#needs
    const limits = {
      messagesMax: fields.maxMsgNums - progress.records.length,
      bytesMax: config.current.memoryReadBytesMax,
    }
    const { topic, queueId } = queue
    let offset = begin
    let read = await store.read({ topic, queueId, offset, limits, filter, borrows: true })
    if (read.status === 'offsetTooSmall' || (read.status === 'offsetOverflow' && offset > read.maxOffset)) {
      offset = read.nextBeginOffset
      popOffsets.commit(queue, offset)
      read = await store.read({ topic, queueId, offset, limits, filter, borrows: true })
    }
    progress.rest += Math.max(0, read.maxOffset - Math.max(offset, read.nextBeginOffset))
    if (read.status === 'found') await this.#take(queue, offset, read, fields, progress)
    else if (read.status === 'noMatched') {
      popOffsets.commit(queue, read.nextBeginOffset)
      if (read.nextBeginOffset < read.maxOffset) progress.unread = true
    }
  }

  async #take(
    queue: GroupQueue,
    startOffset: number,
    read: ReadResult,
    fields: PopFields,
    progress: PopProgress,
  ): Promise<void> {
    const { checkPoints, orderInfos, popOffsets, stats } = this.#needs
    const { popTime, reviveQueueId } = progress
    const { attemptId, invisibleTime } = fields
    const records = recordsIn(read.buffers)
    const offsets = records.map((record) => recordQueueOffset(record, 0))
    if (fields.order) {
      progress.orderCounts.push(...orderInfos.popped(queue, { attemptId, popTime, invisibleTime, offsets }))
      // The group's offset moves only when the messages are acknowledged.
      popOffsets.commit(queue, startOffset)
    } else {
      const { topic, group, queueId } = queue
      const draft = { topic, group, queueId, startOffset, popTime, invisibleTime, offsets, suspend: false }
      // The group was reset to an offset that it popped in this millisecond; two pops must not have the same handles.
      if (checkPoints.find(draft) !== undefined) return
      await checkPoints.take(draft, reviveQueueId)
      popOffsets.commit(queue, read.nextBeginOffset)
    }
    progress.startOffsets.push(startOffsetItem(queue.topic, queue.queueId, startOffset))
    progress.messageOffsets.push(messageOffsetsItem(queue.topic, queue.queueId, offsets))
    progress.records.push(...this.#named(records, queue, startOffset, fields, progress))
    if (read.release) progress.releases.push(read.release)
    stats.onGet(queue, read)
  }

  #named(
    records: readonly Buffer[],
    queue: GroupQueue,
    startOffset: number,
    { invisibleTime, topic }: PopFields,
    { popTime, reviveQueueId }: PopProgress,
  ): readonly Buffer[] {
    const { brokerName, showRetryTopic } = this.#needs.config.current
    if (queue.topic === topic || showRetryTopic) return records
    const retry = retryMarkOf(queue.topic)
    const { queueId } = queue
    return records.map((record) => {
      const queueOffset = recordQueueOffset(record, 0)
      const handle = {
        startOffset,
        popTime,
        invisibleTime,
        reviveQueueId,
        retry,
        brokerName,
        queueId,
        queueOffset,
      }
      return underTopic(record, topic, handle)
    })
  }
}

function lockKeyOf({ topic, group, queueId }: GroupQueue): string {
  return `${topic}@${group}@${queueId}`
}

/**
 * A message of a retry topic under the topic its consumer asked for, with its handle in its properties, because the
 * response header has no room for it. Apache: PopMessageProcessor.popMsgFromQueue.
 */
function underTopic(bytes: Buffer, topic: string, handle: ReceiptHandle): Buffer {
  const record = decodeRecord(bytes, 0, { checkCrc: false })
  const properties = decodeProperties(record.properties)
  properties[PopPropertyName.POP_CK] ??= encodeReceiptHandle(handle)
  let encoded = encodeProperties(properties)
  if (Buffer.byteLength(encoded) > PROPERTIES_BYTES_MAX) {
    // Properties that other brokers let grow too long: its consumer does without some that brokers added.
    for (const name of DISPENSABLE) delete properties[name]
    encoded = encodeProperties(properties)
  }
  return encodedRecord({ ...record, topic, properties: encoded }, record)
}

const DISPENSABLE = [
  PropertyName.CLUSTER,
  PropertyName.MESSAGE_REGION,
  PropertyName.TRACE_SWITCH,
  PropertyName.WAIT_STORE_OK,
  PopPropertyName.FIRST_POP_TIME,
  PopPropertyName.ORIGIN_GROUP,
]
