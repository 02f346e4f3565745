import type { Clock } from '@rocketeer/foundation'
import {
  POP_ORDER_REVIVE_QUEUE,
  popRetryTopicOf,
  type RequestFields,
  ResponseCode,
  type ResponseFields,
} from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import type { popMessage } from '@rocketeer/protocol/commands'
import type { Reply, Request } from '@rocketeer/remoting'
import type { MessageFilter } from '@rocketeer/store'
import { refusals } from '../errors.js'
import { MESSAGES_PER_POP_MAX } from './check-point.js'
import { REVIVE_QUEUES } from './check-points.js'
import type { OrderedQueue } from './order-infos.js'
import { type PopAccessNeeds, popAccess, popFilter } from './pop-access.js'
import { ownQueues, type QueueOrderNeeds, queueOrder } from './queue-order.js'
import { QueuePopper, type QueuePopperNeeds, type Round } from './queue-popper.js'

export type PopFields = RequestFields<typeof popMessage>
export type PopReply = Reply & { fields?: ResponseFields<typeof popMessage> }
export interface PopRequest extends Pick<Request, 'connection'> {
  readonly fields: PopFields
}

/** A client that has given up waiting gets no messages. Apache: PopMessageRequestHeader.isTimeoutTooMuch. */
const LATE_MS = 500

export interface PopperNeeds extends PopAccessNeeds, QueuePopperNeeds, QueueOrderNeeds {
  readonly clock: Clock
}

/** From a pop request to records, or to the waiting room. Apache: PopMessageProcessor. */
export class Popper {
  readonly #needs: PopperNeeds
  readonly #queuePopper: QueuePopper
  #pops = 0

  constructor(needs: PopperNeeds) {
    this.#needs = needs
    this.#queuePopper = new QueuePopper(needs)
  }

  async pop({ fields: asked, connection }: PopRequest): Promise<PopReply> {
    const { clock } = this.#needs
    const now = clock.now()
    const bornTime = asked.bornTime > 0 ? asked.bornTime : now
    const fields = { ...asked, bornTime }
    if (now - bornTime - fields.pollTime > LATE_MS)
      return nothing(
        fields,
        now,
        ResponseCode.POLLING_TIMEOUT,
        'the client has given up waiting for this pop',
      )
    const topic = popAccess(this.#needs, fields)
    check(fields)
    const filter = popFilter(this.#needs, fields.topic, fields)
    // A client whose clock runs ahead must not be kept waiting for longer than it asked for.
    const deadline = Math.min(bornTime, now) + fields.pollTime
    for (;;) {
      const reply = await this.#popOrHold(fields, connection, topic, filter, deadline)
      if (reply !== 'again') return reply
    }
  }

  /** Whether a pop would find something now; what does not match the filter counts as well. */
  available(
    place: { topic: string; group: string; queueId: number },
    attemptId?: string,
    order = false,
  ): boolean {
    const { popOffsets, orderInfos } = this.#needs
    for (const queue of this.#queuesOf(place, order)) {
      const closed = order && !popOffsets.isReset(queue) && orderInfos.closedUntil(queue, attemptId)
      if (typeof closed === 'number') continue
      if (!this.#queuePopper.isBusy(queue) && popOffsets.restOf(queue) > 0) return true
    }
    return false
  }

  async #popOrHold(
    fields: PopFields,
    connection: Request['connection'],
    topic: TopicConfig,
    filter: MessageFilter,
    deadline: number,
  ): Promise<PopReply | 'again'> {
    const { clock, waitingPops, checkPoints } = this.#needs
    if (!fields.order && !checkPoints.hasRoomFor(fields.consumerGroup)) {
      const remark = `too many messages of group ${fields.consumerGroup} are waiting for their acknowledgement (popCkMaxBufferSize)`
      return nothing(fields, clock.now(), ResponseCode.POLLING_FULL, remark)
    }
    const round = await this.#round(fields, topic, filter)
    const place = { topic: fields.topic, group: fields.consumerGroup, queueId: fields.queueId }
    if (round.records.length > 0) {
      if (round.rest > 0) waitingPops.wakeOne(place)
      return found(fields, round)
    }
    if (connection.closed)
      return nothing(fields, round.popTime, ResponseCode.POLLING_TIMEOUT, 'the client is gone')
    if (round.lookOn) {
      await new Promise((resolve) => setImmediate(resolve))
      return 'again'
    }
    if (clock.now() >= deadline) return nothing(fields, round.popTime, ResponseCode.POLLING_TIMEOUT)
    return new Promise((resolve) => {
      const wakeAt = Math.min(deadline, round.opensAt)
      const wake = () => resolve('again')
      if (!waitingPops.add({ ...place, peer: connection, accepts: filter.accepts, deadline: wakeAt, wake })) {
        const remark = `${waitingPops.size} pops are waiting for messages already (maxPopPollingSize, popPollingSize)`
        resolve(nothing(fields, round.popTime, ResponseCode.POLLING_FULL, remark))
      } else if (this.available(place, fields.attemptId, fields.order)) waitingPops.wakeOne(place)
    })
  }

  async #round(fields: PopFields, topic: TopicConfig, filter: MessageFilter): Promise<Round> {
    const round: Round = {
      popTime: this.#needs.clock.now(),
      reviveQueueId: fields.order ? POP_ORDER_REVIVE_QUEUE : this.#pops++ % REVIVE_QUEUES,
      records: [],
      startOffsets: [],
      messageOffsets: [],
      orderCounts: [],
      rest: 0,
      lookOn: false,
      opensAt: Number.POSITIVE_INFINITY,
    }
    const place = { topic: topic.topicName, group: fields.consumerGroup, queueId: fields.queueId }
    const retryTopics = fields.order ? [] : this.#retryTopics(place)
    const queues = queueOrder(this.#needs, topic, place, retryTopics, fields.order)
    for (const queue of queues) await this.#queuePopper.popFrom(queue, fields, filter, round)
    return round
  }

  #queuesOf(place: OrderedQueue, order: boolean): OrderedQueue[] {
    const queues = ownQueues(place, this.#needs.topics.get(place.topic)?.readQueueNums ?? 0)
    if (order) return queues
    const retried = this.#retryTopics(place).map(({ topicName, readQueueNums }) =>
      ownQueues({ ...place, topic: topicName, queueId: -1 }, readQueueNums),
    )
    return [...queues, ...retried.flat()]
  }

  /** Messages of the version that is not in use any more must still be delivered. */
  #retryTopics({ topic, group }: OrderedQueue): TopicConfig[] {
    const retryTopics = [popRetryTopicOf(topic, group, 1), popRetryTopicOf(topic, group, 2)]
    return retryTopics
      .map((retryTopic) => this.#needs.topics.get(retryTopic))
      .filter((config) => config !== undefined)
  }
}

function check({ maxMsgNums, invisibleTime }: PopFields): void {
  if (maxMsgNums < 1 || maxMsgNums > MESSAGES_PER_POP_MAX)
    throw refusals.POP_COUNT_ILLEGAL({ messages: maxMsgNums, messagesMax: MESSAGES_PER_POP_MAX })
  if (invisibleTime < 0) throw refusals.INVISIBLE_TIME_NEGATIVE({ invisibleTime })
}

function found(fields: PopFields, round: Round): PopReply {
  return {
    remark: 'FOUND',
    fields: {
      popTime: round.popTime,
      invisibleTime: fields.invisibleTime,
      reviveQid: round.reviveQueueId,
      restNum: round.rest,
      startOffsetInfo: round.startOffsets.join(';'),
      msgOffsetInfo: round.messageOffsets.join(';'),
      ...(fields.order ? { orderCountInfo: round.orderCounts.join(';') } : {}),
    },
    body: round.records,
  }
}

/** Clients read the whole header of every answer. */
function nothing(
  { invisibleTime }: PopFields,
  popTime: number,
  code: number,
  remark = 'NO_MESSAGE_IN_QUEUE',
): PopReply {
  const places = { startOffsetInfo: '', msgOffsetInfo: '' }
  return { code, remark, fields: { popTime, invisibleTime, reviveQid: 0, restNum: 0, ...places } }
}
