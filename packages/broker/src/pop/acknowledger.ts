import type { Clock } from '@rocketeer/foundation'
import {
  decodeReceiptHandle,
  markedTopic,
  POP_ORDER_REVIVE_QUEUE,
  type ReceiptHandle,
  type RequestFields,
  ResponseCode,
  type ResponseFields,
} from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import {
  type ackMessage,
  type BatchAck,
  BatchAckMessageRequestBody,
  type changeMessageInvisibletime,
} from '@rocketeer/protocol/commands'
import type { Reply } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { LiveConfig } from '../options/live-config.js'
import type { TopicTable } from '../tables/topic-table.js'
import { type CheckPoints, REVIVE_QUEUES } from './check-points.js'
import type { OrderedQueue, OrderInfos } from './order-infos.js'
import type { PopOffsets } from './pop-offsets.js'
import type { WaitingPops } from './waiting-pops.js'

export type AckFields = RequestFields<typeof ackMessage>
export type ChangeFields = RequestFields<typeof changeMessageInvisibletime>
export type ChangeReply = Reply & { fields?: ResponseFields<typeof changeMessageInvisibletime> }

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

/** A message that a handle stands for. */
interface Held {
  readonly queue: OrderedQueue
  readonly handle: Pick<
    ReceiptHandle,
    'startOffset' | 'popTime' | 'invisibleTime' | 'reviveQueueId' | 'brokerName'
  >
}

type Refused = { code: number; remark: string }

const DONE: Reply = {}

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
  async acknowledge(fields: AckFields): Promise<Reply> {
    const held = this.#heldBy(fields)
    if ('code' in held) return held
    return this.#acknowledge(held, [fields.offset])
  }

  /** Every part is tried; the answer tells of the first that was refused. */
  async acknowledgeBatch(body: Buffer): Promise<Reply> {
    if (body.length === 0) return { code: ResponseCode.NO_MESSAGE, remark: 'the request names no messages' }
    const { acks, brokerName } = BatchAckMessageRequestBody.decode(body)
    if (acks.length === 0) return { code: ResponseCode.NO_MESSAGE, remark: 'the request names no messages' }
    let refusal: Reply | undefined
    for (const ack of acks) {
      const reply = await this.#acknowledgePart(ack, brokerName ?? this.#needs.config.current.brokerName)
      if (reply.code !== undefined) refusal ??= reply
    }
    return refusal ?? DONE
  }

  /** The answer holds what makes the message's new handle. Rejects with `HANDLE_MALFORMED` and the store's errors. */
  async changeInvisibleTime(fields: ChangeFields): Promise<ChangeReply> {
    const { clock, checkPoints } = this.#needs
    const held = this.#heldBy(fields)
    if ('code' in held) return held
    const { offset, invisibleTime } = fields
    if (invisibleTime < 0)
      return refused(
        ResponseCode.INVALID_PARAMETER,
        `the invisible time ${invisibleTime} must not be negative`,
      )
    if (held.handle.reviveQueueId === POP_ORDER_REVIVE_QUEUE) return this.#changeOrderly(held, fields)
    const checkPoint = checkPoints.find({ ...held.queue, ...held.handle })
    if (checkPoint !== undefined && !checkPoint.has(offset)) return notInPop(held, offset)
    if (checkPoint === undefined || checkPoint.isSettled(offset)) {
      const what = `message ${offset} of ${held.queue.topic} queue ${held.queue.queueId}`
      return refused(ResponseCode.NO_MESSAGE, `${what} is not waiting for this acknowledgement any more`)
    }
    const draft = {
      ...held.queue,
      startOffset: offset,
      popTime: clock.now(),
      invisibleTime,
      offsets: [offset],
      suspend: fields.suspend,
    }
    // Changed twice within one millisecond: the handles must differ.
    while (checkPoints.find(draft) !== undefined) draft.popTime++
    await checkPoints.move(checkPoint, offset, draft)
    return { fields: { popTime: draft.popTime, invisibleTime, reviveQid: held.handle.reviveQueueId } }
  }

  #heldBy(fields: Omit<AckFields, 'liteTopic' | 'bname'>): Held | Refused {
    const { store, topics } = this.#needs
    const { topic, queueId, offset, consumerGroup: group } = fields
    const config = topics.get(topic)
    if (config === undefined)
      return refused(ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist, apply first please!`)
    const wrongQueue = queueRefusal(config, queueId)
    if (wrongQueue !== undefined) return wrongQueue
    const [min, max] = [store.minOffset(topic, queueId), store.maxOffset(topic, queueId)]
    if (offset < min || offset >= max) {
      const remark = `offset is illegal, key:${topic}@${queueId}, commit:${offset}, store:${min}~${max}`
      return refused(ResponseCode.NO_MESSAGE, remark)
    }
    const handle = decodeReceiptHandle(fields.extraInfo, fields)
    if (handle.queueId !== queueId || handle.queueOffset !== offset) {
      const remark = `the handle is of message ${handle.queueOffset} of queue ${handle.queueId}, the request names message ${offset} of queue ${queueId}`
      return refused(ResponseCode.MESSAGE_ILLEGAL, remark)
    }
    return this.#checked({ queue: { topic, group, queueId }, handle })
  }

  #checked(held: Held): Held | Refused {
    const { brokerName, reviveQueueId } = held.handle
    const own = this.#needs.config.current.brokerName
    if (brokerName !== own) {
      const remark = `the handle was given out by broker ${brokerName}, this is ${own}`
      return refused(ResponseCode.MESSAGE_ILLEGAL, remark)
    }
    const ordered = reviveQueueId === POP_ORDER_REVIVE_QUEUE
    if (!ordered && (reviveQueueId < 0 || reviveQueueId >= REVIVE_QUEUES)) {
      const remark = `the handle names revive queue ${reviveQueueId}, there are ${REVIVE_QUEUES}`
      return refused(ResponseCode.MESSAGE_ILLEGAL, remark)
    }
    return held
  }

  async #acknowledgePart(ack: BatchAck, brokerName: string): Promise<Reply> {
    const { topics, store } = this.#needs
    const mark = ack.r ?? '0'
    if (mark !== '0' && mark !== '1' && mark !== '2')
      return refused(ResponseCode.MESSAGE_ILLEGAL, `the retry mark "${mark}" is none of 0, 1 and 2`)
    const topic = markedTopic(ack.t, ack.c, mark)
    const config = topics.get(topic)
    if (config === undefined)
      return refused(ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist, apply first please!`)
    const wrongQueue = queueRefusal(config, ack.q)
    if (wrongQueue !== undefined) return wrongQueue
    const held = this.#checked({
      queue: { topic, group: ack.c, queueId: ack.q },
      handle: {
        startOffset: ack.so,
        popTime: ack.pt,
        invisibleTime: ack.it,
        reviveQueueId: ack.rq,
        brokerName,
      },
    })
    if ('code' in held) return held
    const [min, max] = [store.minOffset(topic, ack.q), store.maxOffset(topic, ack.q)]
    const offsets = offsetsIn(ack).filter((offset) => offset >= min && offset < max)
    return offsets.length > 0 ? this.#acknowledge(held, offsets) : DONE
  }

  async #acknowledge(held: Held, offsets: readonly number[]): Promise<Reply> {
    if (held.handle.reviveQueueId === POP_ORDER_REVIVE_QUEUE) return this.#acknowledgeOrderly(held, offsets)
    const { checkPoints } = this.#needs
    const checkPoint = checkPoints.find({ ...held.queue, ...held.handle })
    if (checkPoint === undefined) return this.#unknown(held, offsets)
    const known = offsets.filter((offset) => checkPoint.has(offset))
    await checkPoints.acknowledge(checkPoint, known)
    const strange = offsets.find((offset) => !checkPoint.has(offset))
    return strange === undefined ? DONE : notInPop(held, strange)
  }

  /** Finished long ago, most of the time. But what was never popped cannot have been. */
  #unknown(held: Held, offsets: readonly number[]): Reply {
    const next = this.#needs.popOffsets.peek(held.queue)
    const never = offsets.find((offset) => offset >= next)
    if (never === undefined) return DONE
    const { topic, queueId, group } = held.queue
    const remark = `message ${never} of ${topic} queue ${queueId} was not popped by group ${group} yet, it goes on at ${next}`
    return refused(ResponseCode.MESSAGE_ILLEGAL, remark)
  }

  #acknowledgeOrderly({ queue, handle }: Held, offsets: readonly number[]): Reply {
    const { orderInfos, popOffsets } = this.#needs
    for (const offset of offsets) {
      const before = popOffsets.peek(queue)
      if (offset < before) continue
      const next = orderInfos.acknowledge(queue, offset, handle.popTime)
      if (next === 'stale') continue
      if (next === 'unknown') {
        const remark = `offset is illegal, key:${queue.topic}@${queue.group}@${queue.queueId}, old:${before}, commit:${offset}: it is not among the messages popped last`
        return refused(ResponseCode.MESSAGE_ILLEGAL, remark)
      }
      popOffsets.commit(queue, next)
    }
    if (orderInfos.closedUntil(queue, undefined) === undefined) this.#wakeOne(queue)
    return DONE
  }

  #changeOrderly({ queue, handle }: Held, { offset, invisibleTime }: ChangeFields): ChangeReply {
    const { orderInfos, popOffsets, clock } = this.#needs
    const { popTime, reviveQueueId: reviveQid } = handle
    const visibleAt = clock.now() + invisibleTime
    const open = offset >= popOffsets.peek(queue)
    if (!open || !orderInfos.changeVisibleAt(queue, offset, popTime, visibleAt)) {
      const what = `message ${offset} of ${queue.topic} queue ${queue.queueId}`
      return refused(ResponseCode.NO_MESSAGE, `${what} is not waiting for this acknowledgement any more`)
    }
    // It may have become earlier than those who wait were told.
    this.#wakeOne(queue)
    return { fields: { popTime, invisibleTime: visibleAt - popTime, reviveQid } }
  }

  #wakeOne(queue: OrderedQueue): void {
    this.#needs.waitingPops.wakeOne(queue)
    this.#needs.waitingNotifications.wakeOne(queue)
  }
}

function queueRefusal(topic: TopicConfig, queueId: number): Refused | undefined {
  if (queueId >= 0 && queueId < topic.readQueueNums) return undefined
  const remark = `queueId[${queueId}] is illegal, topic:[${topic.topicName}] topicConfig.readQueueNums:[${topic.readQueueNums}]`
  return refused(ResponseCode.MESSAGE_ILLEGAL, remark)
}

function notInPop({ queue, handle }: Held, offset: number): Refused {
  const pop = `pop of ${queue.topic} queue ${queue.queueId} from offset ${handle.startOffset}`
  return refused(
    ResponseCode.MESSAGE_ILLEGAL,
    `message ${offset} was not in the ${pop} that the handle names`,
  )
}

function refused(code: number, remark: string): Refused {
  return { code, remark }
}

/** Bits of a Java BitSet, lowest first. */
function offsetsIn({ so: startOffset, b }: BatchAck): number[] {
  const bits = Buffer.from(b ?? '', 'base64')
  const offsets: number[] = []
  for (let bit = 0; bit < bits.length * 8; bit++)
    if ((bits[bit >> 3]! & (1 << (bit & 7))) !== 0) offsets.push(startOffset + bit)
  return offsets
}
