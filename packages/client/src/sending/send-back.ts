import { type Clock, parseOptions } from '@rocketeer/foundation'
import { ResponseCode, retryTopicOf } from '@rocketeer/protocol'
import { consumerSendMsgBack, sendMessageV2 } from '@rocketeer/protocol/commands'
import { COMPRESSION_FLAGS, encodeProperties, PropertyName } from '@rocketeer/protocol/record'
import { answerOf } from '../answers.js'
import { clientErrors } from '../errors.js'
import type { Message } from '../messages/received-message.js'
import type { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'
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
  config: { group: string; retriesMax?: number | undefined }
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  random: () => number
  problems: Problems
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
   * `delayLevel` as in `retryLater`. A dead letter with a reason is sent as a new one first, because a broker that has
   * the message makes its copy itself. False when neither took it.
   */
  async send(message: Message, delayLevel: number, reason?: string): Promise<boolean> {
    if (delayLevel < 0 && reason !== undefined) {
      if (await this.sendAsNew(message, delayLevel, message.reconsumeTimes, reason)) return true
    }
    try {
      await this.#sendToOrigin(message, delayLevel)
      return true
    } catch (error) {
      this.#needs.problems.report(error)
    }
    const { retriesMax } = this.#needs.config
    return this.sendAsNew(message, delayLevel, delayLevel < 0 ? message.reconsumeTimes : retriesMax)
  }

  /**
   * Sends the message as a new one to the retry topic; brokers make it a dead letter when its `reconsumeTimes` are
   * above `retriesMax`. False when no broker took it; true as well when it would be a dead letter by now and the broker
   * refuses it for its own sake: it never will be taken, and what waits behind it goes on.
   */
  async sendAsNew(
    message: Message,
    delayLevel: number,
    retriesMax?: number,
    reason?: string,
  ): Promise<boolean> {
    const topic = retryTopicOf(this.#needs.config.group)
    const { reconsumeTimes, storedBody: body, flag } = message
    try {
      await this.#delivery.deliver(
        {
          command: sendMessageV2,
          topic,
          body,
          properties: encodeProperties(propertiesOf(message, delayLevel, reason)),
          sysFlag: message.sysFlag & COMPRESSION_FLAGS,
          flag,
          batch: false,
          reconsumeTimes: reconsumeTimes + 1,
          retriesMax,
        },
        {},
        undefined,
      )
      return true
    } catch (error) {
      this.#needs.problems.report(error)
      const isLast = reconsumeTimes >= (retriesMax ?? RETRIES_MAX)
      if (!isLast || answerOf(error) !== ResponseCode.MESSAGE_ILLEGAL) return false
      const { queue, queueOffset, messageId } = message
      this.#needs.problems.report(clientErrors.MESSAGE_GIVEN_UP({ messageId, queueOffset }), queue)
      return true
    }
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
      },
      { timeoutMs: TIMEOUT_MS },
    )
  }
}

/** The two counts of deliveries travel in the request's header. Apache: DefaultMQProducerImpl.sendKernelImpl. */
function propertiesOf(message: Message, delayLevel: number, reason?: string): Record<string, string> {
  const { [PropertyName.TRANSACTION_PREPARED]: _, ...properties } = message.properties
  const level = delayLevel > 0 ? delayLevel : FIRST_RETRY_LEVEL + message.reconsumeTimes
  return {
    ...properties,
    [PropertyName.ORIGIN_MESSAGE_ID]: properties[PropertyName.ORIGIN_MESSAGE_ID] ?? message.messageId,
    [PropertyName.RETRY_TOPIC]: message.topic,
    [PropertyName.DELAY_LEVEL]: String(level),
    ...(reason !== undefined && { [PropertyName.DEAD_LETTER_REASON]: reason }),
  }
}
