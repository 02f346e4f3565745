import type { Clock } from '@rocketeer/foundation'
import { POP_ORDER_REVIVE_QUEUE, popRetryTopicOf } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import type { Peer } from '@rocketeer/remoting'
import type { MessageFilter } from '@rocketeer/store'
import { refusals } from '../errors.js'
import { MESSAGES_PER_POP_MAX } from './check-point.js'
import { REVIVE_QUEUES } from './check-points.js'
import type { OrderedQueue } from './order-infos.js'
import { type PopAccessNeeds, popAccess, popFilter } from './pop-access.js'
import type { PopFields, PopRequest, PopResult } from './pop-request.js'
import { ownQueues, type QueueOrderNeeds, queueOrder } from './queue-order.js'
import { QueuePopper, type QueuePopperNeeds, type Round } from './queue-popper.js'

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

  async pop({ fields: asked, connection }: PopRequest): Promise<PopResult> {
    const { clock } = this.#needs
    const now = clock.now()
    const bornTime = asked.bornTime > 0 ? asked.bornTime : now
    const fields = { ...asked, bornTime }
    if (now - bornTime - fields.pollTime > LATE_MS)
      return timedOut(fields, now, 'the client has given up waiting for this pop')
    const topic = popAccess(this.#needs, fields)
    check(fields)
    const filter = popFilter(this.#needs, fields.topic, fields)
    // A client whose clock runs ahead must not be kept waiting for longer than it asked for.
    const deadline = Math.min(bornTime, now) + fields.pollTime
    for (;;) {
      const result = await this.#popOrWait(fields, connection, topic, filter, deadline)
      if (result !== 'again') return result
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

  async #popOrWait(
    fields: PopFields,
    peer: Peer,
    topic: TopicConfig,
    filter: MessageFilter,
    deadline: number,
  ): Promise<PopResult | 'again'> {
    const { clock, waitingPops, checkPoints } = this.#needs
    if (!fields.order && !checkPoints.hasRoomFor(fields.consumerGroup)) {
      const reason = `too many messages of group ${fields.consumerGroup} are waiting for their acknowledgement (popCkMaxBufferSize)`
      return full(fields, clock.now(), reason)
    }
    const round = await this.#round(fields, topic, filter)
    const place = { topic: fields.topic, group: fields.consumerGroup, queueId: fields.queueId }
    if (round.records.length > 0) {
      if (round.rest > 0) waitingPops.wakeOne(place)
      return found(fields, round)
    }
    if (peer.closed) return timedOut(fields, round.popTime, 'the client is gone')
    if (round.lookOn) {
      await new Promise((resolve) => setImmediate(resolve))
      return 'again'
    }
    if (clock.now() >= deadline) return timedOut(fields, round.popTime)
    return new Promise((resolve) => {
      const wakeAt = Math.min(deadline, round.opensAt)
      const wake = () => resolve('again')
      if (!waitingPops.add({ ...place, peer, accepts: filter.accepts, deadline: wakeAt, wake })) {
        const reason = `${waitingPops.size} pops are waiting for messages already (maxPopPollingSize, popPollingSize)`
        resolve(full(fields, round.popTime, reason))
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

function found({ invisibleTime, order }: PopFields, round: Round): PopResult {
  const { popTime, reviveQueueId, rest, startOffsets, messageOffsets, records } = round
  const orderCounts = order ? round.orderCounts : undefined
  const handles = { popTime, invisibleTime, reviveQueueId, startOffsets, messageOffsets, orderCounts }
  return { status: 'found', ...handles, rest, records }
}

function timedOut({ invisibleTime }: PopFields, popTime: number, reason?: string): PopResult {
  return { status: 'timedOut', popTime, invisibleTime, reason }
}

function full({ invisibleTime }: PopFields, popTime: number, reason: string): PopResult {
  return { status: 'full', popTime, invisibleTime, reason }
}
