import type { Clock } from '@rocketeer/foundation'
import { POP_ORDER_REVIVE_QUEUE, popRetryTopicOf } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import type { Peer } from '@rocketeer/remoting'
import type { MessageFilter } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { GroupQueue } from '../tables/consumer-offsets.js'
import { REVIVE_QUEUES } from '../tables/system-topics.js'
import type { WaitingKey } from '../waiting/waiting-requests.js'
import { MESSAGES_PER_POP_MAX } from './check-point.js'
import { type PopAccessNeeds, popAccess, popFilter, waitingKeyOf } from './pop-access.js'
import type { PopFields, PopRequest, PopResult } from './pop-request.js'
import { ownQueues, type QueueOrderNeeds, queueOrder } from './queue-order.js'
import { type PopProgress, QueuePopper, type QueuePopperNeeds } from './queue-popper.js'

/**
 * This time after its deadline a client has given up a pop, and gets no messages. Apache:
 * PopMessageRequestHeader.isTimeoutTooMuch.
 */
const LATE_MS = 500

export interface PopperNeeds extends PopAccessNeeds, QueuePopperNeeds, QueueOrderNeeds {
  readonly clock: Clock
}

/** Carries out pops: takes messages from the queues in turn, or waits for one. Apache: PopMessageProcessor. */
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

  /** Whether a pop would find messages now, those that do not match its filter included. */
  available(key: WaitingKey, attemptId?: string, order = false): boolean {
    const { popOffsets, orderInfos } = this.#needs
    for (const queue of this.#queuesOf(key, order)) {
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
    const progress = await this.#popQueues(fields, topic, filter)
    const key = waitingKeyOf(fields)
    if (progress.records.length > 0) {
      if (progress.rest > 0) waitingPops.wakeOne(key)
      return found(fields, progress)
    }
    if (peer.closed) return timedOut(fields, progress.popTime, 'the client is gone')
    if (progress.unread) {
      await new Promise((resolve) => setImmediate(resolve))
      return 'again'
    }
    if (clock.now() >= deadline) return timedOut(fields, progress.popTime)
    return new Promise((resolve) => {
      const waiting = {
        topic: key.topic,
        group: key.group,
        queueId: key.queueId,
        peer,
        accepts: filter.accepts,
        deadline: Math.min(deadline, progress.opensAt),
        wake: () => resolve('again'),
      }
      if (!waitingPops.add(waiting)) {
        const reason = `${waitingPops.size} pops are waiting for messages already (maxPopPollingSize, popPollingSize)`
        resolve(full(fields, progress.popTime, reason))
      } else if (this.available(key, fields.attemptId, fields.order)) waitingPops.wakeOne(key)
    })
  }

  async #popQueues(fields: PopFields, topic: TopicConfig, filter: MessageFilter): Promise<PopProgress> {
    const progress: PopProgress = {
      popTime: this.#needs.clock.now(),
      reviveQueueId: fields.order ? POP_ORDER_REVIVE_QUEUE : this.#pops++ % REVIVE_QUEUES,
      records: [],
      releases: [],
      startOffsets: [],
      messageOffsets: [],
      orderCounts: [],
      rest: 0,
      unread: false,
      opensAt: Number.POSITIVE_INFINITY,
    }
    const key = waitingKeyOf(fields)
    const retryTopics = fields.order ? [] : this.#retryTopics(key)
    const queues = queueOrder(this.#needs, topic, key, retryTopics, fields.order)
    for (const queue of queues) await this.#queuePopper.popFrom(queue, fields, filter, progress)
    return progress
  }

  #queuesOf(key: WaitingKey, order: boolean): GroupQueue[] {
    const queues = ownQueues(key, this.#needs.topics.get(key.topic)?.readQueueNums ?? 0)
    if (order) return queues
    const retried = this.#retryTopics(key).map(({ topicName, readQueueNums }) =>
      ownQueues({ ...key, topic: topicName, queueId: -1 }, readQueueNums),
    )
    return [...queues, ...retried.flat()]
  }

  /** Retry topics of both versions: messages in the one that is not used any more must still be delivered. */
  #retryTopics({ topic, group }: WaitingKey): TopicConfig[] {
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

function found({ invisibleTime, order }: PopFields, progress: PopProgress): PopResult {
  const { popTime, reviveQueueId, rest, startOffsets, messageOffsets, records, releases } = progress
  const orderCounts = order ? progress.orderCounts : undefined
  const handles = { popTime, invisibleTime, reviveQueueId, startOffsets, messageOffsets, orderCounts }
  return { status: 'found', ...handles, rest, records, releases }
}

function timedOut({ invisibleTime }: PopFields, popTime: number, reason?: string): PopResult {
  return { status: 'timedOut', popTime, invisibleTime, reason }
}

function full({ invisibleTime }: PopFields, popTime: number, reason: string): PopResult {
  return { status: 'full', popTime, invisibleTime, reason }
}
