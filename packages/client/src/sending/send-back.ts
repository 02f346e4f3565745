import { type Clock, parseOptions } from '@rocketeer/foundation'
import { ResponseCode, retryTopicOf } from '@rocketeer/protocol'
import { consumerSendMsgBack, sendMessageV2 } from '@rocketeer/protocol/commands'
import { COMPRESSION_FLAGS, encodeProperties, PropertyName } from '@rocketeer/protocol/record'
import { answerOf } from '../answers.js'
import { clientErrors } from '../errors.js'
import type { Heartbeats } from '../heartbeats.js'
import type { Message } from '../messages/received-message.js'
import type { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { TopicRoute } from '../routing/topic-route.js'
import { Delivery } from './delivery.js'
import { producerOptionsSchema } from './producer-options.js'

const TIMEOUT_MS = 5_000
/** The level of the first retry, 10 s by default. Apache: DefaultMQPushConsumerImpl.sendMessageBackAsNormalMessage. */
const FIRST_RETRY_LEVEL = 3
/** Apache: DefaultMQPushConsumerImpl.getMaxReconsumeTimes. */
const RETRIES_MAX = 16
/** The producer group that Apache's consumers name, too (MixAll.CLIENT_INNER_PRODUCER_GROUP). */
export const INNER_PRODUCER_GROUP = 'CLIENT_INNER_PRODUCER'

interface SendBackNeeds {
  config: {
    group: string
    retriesMax?: number | undefined
    /** False when failed attempts are not kept. */
    failureHistory?: object | false
  }
  brokers: Brokers
  routes: RouteCache
  heartbeats: Pick<Heartbeats, 'keepsFailureHistory'>
  clock: Clock
  random: () => number
  problems: Problems
}

/** How a message goes on that its handler failed on. */
interface Retries {
  /** As in `retryLater`. */
  delayLevel: number
  /** Deliveries after the first before it is a dead letter; those of the group when undefined. */
  retriesMax: number | undefined
  /** Of a dead letter. */
  reason?: string | undefined
}

/** Gives messages back to the cluster for another delivery, or as dead letters. Apache: sendMessageBack. */
export class SendBack {
  readonly #needs: SendBackNeeds
  readonly #delivery: Delivery

  constructor(needs: SendBackNeeds) {
    this.#needs = needs
    const config = parseOptions(
      producerOptionsSchema,
      { group: INNER_PRODUCER_GROUP, sendTimeoutMs: TIMEOUT_MS },
      'producer',
    )
    this.#delivery = new Delivery({ ...needs, config })
  }

  /**
   * Gives the message back to the broker that has it, or else sends it as a new one to the retry topic on another.
   * `delayLevel` as in `retryLater`. It is sent as a new one first where a broker that makes the copy itself would lose
   * something: the reason of a dead letter, and, on Apache's brokers, the failed attempts. False when no broker took it.
   */
  async send(message: Message, delayLevel: number, reason?: string): Promise<boolean> {
    const { retriesMax } = this.#needs.config
    const retries =
      delayLevel < 0 ? { delayLevel, retriesMax: message.reconsumeTimes, reason } : { delayLevel, retriesMax }
    if (this.#wouldLose(message, retries) && (await this.#sendAsNewTo(message, retries))) return true
    try {
      await this.#sendToOrigin(message, delayLevel)
      return true
    } catch (error) {
      this.#needs.problems.report(error)
    }
    return this.sendAsNew(message, retries)
  }

  /**
   * Sends the message as a new one to the retry topic; brokers make it a dead letter when its `reconsumeTimes` are
   * above `retriesMax`. False when no broker took it; true as well when it would be a dead letter by now and the broker
   * refuses it for its own sake: it never will be taken, and what waits behind it goes on.
   */
  async sendAsNew(message: Message, retries: Retries): Promise<boolean> {
    const { reconsumeTimes } = message
    try {
      await this.#deliver(message, retries)
      return true
    } catch (error) {
      this.#needs.problems.report(error)
      const isLast = reconsumeTimes >= (retries.retriesMax ?? RETRIES_MAX)
      if (!isLast || answerOf(error) !== ResponseCode.MESSAGE_ILLEGAL) return false
      const { queue, queueOffset, messageId } = message
      this.#needs.problems.report(clientErrors.MESSAGE_GIVEN_UP({ messageId, queueOffset }), queue)
      return true
    }
  }

  #wouldLose(message: Message, { reason }: Retries): boolean {
    if (reason !== undefined) return true
    const { config, heartbeats } = this.#needs
    return (
      config.failureHistory !== false &&
      message.properties[PropertyName.FAILURE_HISTORY] !== undefined &&
      !heartbeats.keepsFailureHistory(message.queue.brokerName)
    )
  }

  /** Tried once, on the broker that has the message if it has the retry topic. */
  async #sendAsNewTo(message: Message, retries: Retries): Promise<boolean> {
    const { brokerName } = message.queue
    const choose = ({ writeQueues }: TopicRoute): MessageQueue => {
      const own = writeQueues.filter((queue) => queue.brokerName === brokerName)
      const queues = own.length > 0 ? own : writeQueues
      return queues[Math.floor(this.#needs.random() * queues.length)]!
    }
    try {
      await this.#deliver(message, retries, choose)
      return true
    } catch (error) {
      this.#needs.problems.report(error)
      return false
    }
  }

  async #deliver(
    message: Message,
    { delayLevel, retriesMax, reason }: Retries,
    choose?: (route: TopicRoute) => MessageQueue,
  ): Promise<void> {
    const parcel = {
      command: sendMessageV2,
      topic: retryTopicOf(this.#needs.config.group),
      body: message.storedBody,
      properties: encodeProperties(propertiesOf(message, { delayLevel, retriesMax, reason })),
      sysFlag: message.sysFlag & COMPRESSION_FLAGS,
      flag: message.flag,
      batch: false,
      bornTimestamp: message.bornTimestamp,
      reconsumeTimes: message.reconsumeTimes + 1,
      retriesMax,
    }
    await this.#delivery.deliver(parcel, {}, choose)
  }

  async #sendToOrigin(message: Message, delayLevel: number): Promise<void> {
    const { brokers, config } = this.#needs
    const { brokerName } = message.queue
    await brokers.call(
      brokerName,
      consumerSendMsgBack,
      {
        offset: message.physicalOffset,
        group: config.group,
        delayLevel,
        originMsgId: message.offsetMessageId,
        originTopic: message.topic,
        unitMode: false,
        maxReconsumeTimes: config.retriesMax,
        bname: brokerName,
        failureHistory: this.#needs.heartbeats.keepsFailureHistory(brokerName)
          ? message.properties[PropertyName.FAILURE_HISTORY]
          : undefined,
      },
      { timeoutMs: TIMEOUT_MS },
    )
  }
}

/** The two counts of deliveries travel in the request's header. Apache: DefaultMQProducerImpl.sendKernelImpl. */
function propertiesOf(message: Message, { delayLevel, retriesMax, reason }: Retries): Record<string, string> {
  const { [PropertyName.TRANSACTION_PREPARED]: _, ...properties } = message.properties
  const level = delayLevel > 0 ? delayLevel : FIRST_RETRY_LEVEL + message.reconsumeTimes
  // As brokers note it in the copies they make. Apache's consumers name the unique id, by which no record is found.
  const originId = properties[PropertyName.ORIGIN_MESSAGE_ID] ?? message.offsetMessageId
  const dead = retriesMax !== undefined && message.reconsumeTimes >= retriesMax
  return {
    ...properties,
    [PropertyName.ORIGIN_MESSAGE_ID]: originId,
    [PropertyName.RETRY_TOPIC]: message.topic,
    [PropertyName.DELAY_LEVEL]: String(level),
    ...(dead && {
      [PropertyName.DLQ_ORIGIN_TOPIC]: message.topic,
      [PropertyName.DLQ_ORIGIN_MESSAGE_ID]: originId,
    }),
    ...(reason !== undefined && { [PropertyName.DEAD_LETTER_REASON]: reason }),
  }
}
