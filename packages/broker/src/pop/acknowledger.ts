import { type Clock, Refusal } from '@rocketeer/foundation'
import {
  decodeReceiptHandle,
  markedTopic,
  POP_ORDER_REVIVE_QUEUE,
  type ReceiptHandle,
} from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import type { BatchAck } from '@rocketeer/protocol/commands'
import type { MessageStore } from '@rocketeer/store'
import { existingTopic } from '../access/access.js'
import { refusals } from '../errors.js'
import { failuresIn } from '../messages/failure-note.js'
import type { LiveConfig } from '../options/live-config.js'
import type { GroupQueue } from '../tables/consumer-offsets.js'
import { REVIVE_QUEUES } from '../tables/system-topics.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { AckFields, ChangedHandle, ChangeFields } from './ack-request.js'
import type { CheckPointId } from './check-point.js'
import type { CheckPoints } from './check-points.js'
import type { OrderInfos } from './order-infos.js'
import type { PopOffsets } from './pop-offsets.js'
import type { WaitingPops } from './waiting-pops.js'

export interface AcknowledgerNeeds {
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly config: LiveConfig
  readonly clock: Clock
  readonly checkPoints: CheckPoints
  readonly orderInfos: OrderInfos
  readonly popOffsets: PopOffsets
  readonly waitingPops: WaitingPops
  readonly waitingNotifications: WaitingPops
}

/** A queue, and the pop from it that a handle names. */
interface Popped {
  readonly queue: GroupQueue
  readonly handle: Pick<
    ReceiptHandle,
    'startOffset' | 'popTime' | 'invisibleTime' | 'reviveQueueId' | 'brokerName'
  >
}

/**
 * Acknowledges popped messages and changes when they come back. An acknowledgement that comes again, or after its message
 * came back, is accepted without effect, as Apache does; a handle that no pop can have given out is refused.
 * Apache: AckMessageProcessor, ChangeInvisibleTimeProcessor.
 */
export class Acknowledger {
  readonly #needs: AcknowledgerNeeds

  constructor(needs: AcknowledgerNeeds) {
    this.#needs = needs
  }

  /** Rejects with `HANDLE_MALFORMED` and the store's errors. */
  async acknowledge(fields: AckFields): Promise<void> {
    await this.#acknowledge(this.#find(fields), [fields.offset])
  }

  /** Carries out every part, and then throws the first refusal, if there was one. */
  async acknowledgeBatch(acks: readonly BatchAck[], brokerName?: string): Promise<void> {
    if (acks.length === 0) throw refusals.NO_MESSAGES_NAMED({})
    let refusal: Refusal | undefined
    for (const ack of acks) {
      try {
        await this.#acknowledgePart(ack, brokerName ?? this.#needs.config.current.brokerName)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        refusal ??= error
      }
    }
    if (refusal !== undefined) throw refusal
  }

  /** Resolves to what makes the message's new handle. Rejects with `HANDLE_MALFORMED` and the store's errors. */
  async changeInvisibleTime(fields: ChangeFields): Promise<ChangedHandle> {
    const { clock, checkPoints } = this.#needs
    const popped = this.#find(fields)
    const { offset, invisibleTime } = fields
    if (invisibleTime < 0) throw refusals.INVISIBLE_TIME_NEGATIVE({ invisibleTime })
    if (popped.handle.reviveQueueId === POP_ORDER_REVIVE_QUEUE) return this.#changeOrderly(popped, fields)
    const checkPoint = checkPoints.find(checkPointIdOf(popped))
    if (checkPoint !== undefined && !checkPoint.has(offset)) throw notInPop(popped, offset)
    if (checkPoint === undefined || !checkPoint.isOpen(offset))
      throw refusals.MESSAGE_NOT_INVISIBLE({ ...popped.queue, offset })
    const { topic, group, queueId } = popped.queue
    const draft = {
      topic,
      group,
      queueId,
      startOffset: offset,
      popTime: clock.now(),
      invisibleTime,
      offsets: [offset],
      suspend: fields.suspend,
      failureHistory: failuresIn(fields.failureHistory) && fields.failureHistory,
    }
    // A message whose time is changed twice within one millisecond needs two different handles.
    while (checkPoints.find(draft) !== undefined) draft.popTime++
    await checkPoints.move(checkPoint, offset, draft)
    return { popTime: draft.popTime, invisibleTime, reviveQueueId: popped.handle.reviveQueueId }
  }

  #find(fields: AckFields): Popped {
    const { store, topics } = this.#needs
    const { topic, queueId, offset, consumerGroup: group } = fields
    checkQueue(existingTopic(topics, topic, 'consume'), queueId)
    const [min, max] = [store.minOffset(topic, queueId), store.maxOffset(topic, queueId)]
    if (offset < min || offset >= max)
      throw refusals.OFFSET_NOT_IN_QUEUE({ topic, queueId, offset, min, max })
    const handle = decodeReceiptHandle(fields.extraInfo, fields)
    if (handle.queueId !== queueId || handle.queueOffset !== offset)
      throw refusals.HANDLE_OF_OTHER_MESSAGE({ handle, queueId, offset })
    return this.#checked({ queue: { topic, group, queueId }, handle })
  }

  #checked(popped: Popped): Popped {
    const { brokerName: handedOutBy, reviveQueueId } = popped.handle
    const { brokerName } = this.#needs.config.current
    if (handedOutBy !== brokerName) throw refusals.HANDLE_OF_OTHER_BROKER({ handedOutBy, brokerName })
    const ordered = reviveQueueId === POP_ORDER_REVIVE_QUEUE
    if (!ordered && (reviveQueueId < 0 || reviveQueueId >= REVIVE_QUEUES))
      throw refusals.REVIVE_QUEUE_UNKNOWN({ reviveQueueId, reviveQueues: REVIVE_QUEUES })
    return popped
  }

  async #acknowledgePart(ack: BatchAck, brokerName: string): Promise<void> {
    const { topics, store } = this.#needs
    const mark = ack.r ?? '0'
    if (mark !== '0' && mark !== '1' && mark !== '2') throw refusals.RETRY_MARK_UNKNOWN({ mark })
    const topic = markedTopic(ack.t, ack.c, mark)
    checkQueue(existingTopic(topics, topic, 'consume'), ack.q)
    const popped = this.#checked({
      queue: { topic, group: ack.c, queueId: ack.q },
      handle: {
        startOffset: ack.so,
        popTime: ack.pt,
        invisibleTime: ack.it,
        reviveQueueId: ack.rq,
        brokerName,
      },
    })
    const [min, max] = [store.minOffset(topic, ack.q), store.maxOffset(topic, ack.q)]
    const offsets = offsetsIn(ack).filter((offset) => offset >= min && offset < max)
    if (offsets.length > 0) await this.#acknowledge(popped, offsets)
  }

  async #acknowledge(popped: Popped, offsets: readonly number[]): Promise<void> {
    if (popped.handle.reviveQueueId === POP_ORDER_REVIVE_QUEUE)
      return this.#acknowledgeOrderly(popped, offsets)
    const { checkPoints } = this.#needs
    const checkPoint = checkPoints.find(checkPointIdOf(popped))
    if (checkPoint === undefined) return this.#checkFinished(popped, offsets)
    const known = offsets.filter((offset) => checkPoint.has(offset))
    await checkPoints.acknowledge(checkPoint, known)
    const other = offsets.find((offset) => !checkPoint.has(offset))
    if (other !== undefined) throw notInPop(popped, other)
  }

  /** Without a check point the messages are finished, unless no pop has reached them yet. */
  #checkFinished(popped: Popped, offsets: readonly number[]): void {
    const next = this.#needs.popOffsets.peek(popped.queue)
    const notPopped = offsets.find((offset) => offset >= next)
    if (notPopped !== undefined)
      throw refusals.MESSAGE_NOT_POPPED({ ...popped.queue, offset: notPopped, next })
  }

  #acknowledgeOrderly({ queue, handle }: Popped, offsets: readonly number[]): void {
    const { orderInfos, popOffsets } = this.#needs
    for (const offset of offsets) {
      const before = popOffsets.peek(queue)
      if (offset < before) continue
      const next = orderInfos.acknowledge(queue, offset, handle.popTime)
      if (next === 'stale') continue
      if (next === 'unknown') throw refusals.MESSAGE_NOT_POPPED_LAST({ ...queue, offset, committed: before })
      popOffsets.commit(queue, next)
    }
    if (orderInfos.closedUntil(queue, undefined) === undefined) this.#wakeOne(queue)
  }

  #changeOrderly({ queue, handle }: Popped, { offset, invisibleTime }: ChangeFields): ChangedHandle {
    const { orderInfos, popOffsets, clock } = this.#needs
    const { popTime, reviveQueueId } = handle
    const visibleAt = clock.now() + invisibleTime
    const open = offset >= popOffsets.peek(queue)
    if (!open || !orderInfos.changeVisibleAt(queue, offset, popTime, visibleAt))
      throw refusals.MESSAGE_NOT_INVISIBLE({ ...queue, offset })
    // The queue may open earlier than the deadline of the requests that wait for it.
    this.#wakeOne(queue)
    return { popTime, invisibleTime: visibleAt - popTime, reviveQueueId }
  }

  #wakeOne(queue: GroupQueue): void {
    this.#needs.waitingPops.wakeOne(queue)
    this.#needs.waitingNotifications.wakeOne(queue)
  }
}

/** Written out, because spreading both into one object takes V8 about 10 µs. */
function checkPointIdOf({ queue, handle }: Popped): CheckPointId {
  const { topic, group, queueId } = queue
  return { topic, group, queueId, startOffset: handle.startOffset, popTime: handle.popTime }
}

function checkQueue({ topicName: topic, readQueueNums }: TopicConfig, queueId: number): void {
  if (queueId < 0 || queueId >= readQueueNums)
    throw refusals.HANDLE_QUEUE_ILLEGAL({ topic, queueId, readQueueNums })
}

function notInPop({ queue, handle }: Popped, offset: number): Refusal {
  return refusals.MESSAGE_NOT_IN_POP({ ...queue, offset, startOffset: handle.startOffset })
}

/** Bits of a Java BitSet, lowest first. */
function offsetsIn({ so: startOffset, b }: BatchAck): number[] {
  const bits = Buffer.from(b ?? '', 'base64')
  const offsets: number[] = []
  for (let bit = 0; bit < bits.length * 8; bit++)
    if ((bits[bit >> 3]! & (1 << (bit & 7))) !== 0) offsets.push(startOffset + bit)
  return offsets
}
