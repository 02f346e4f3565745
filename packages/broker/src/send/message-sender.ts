import { type Clock, messageOf } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { type EncodedHost, SysFlag, tagsCodeOf } from '@rocketeer/protocol/record'
import { type AppendResult, isUnstorable, type MessageToStore } from '@rocketeer/store'
import { randomQueue } from '../messages/destination.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { TimerScheduling } from '../timer/timer-scheduling.js'
import { halfOf } from '../transaction/half-message.js'
import type { Appender } from '../writing/appender.js'
import type { SendGate } from '../writing/send-gate.js'
import { BrokerProperties } from './broker-properties.js'
import { byPriority } from './by-priority.js'
import { MessageIds } from './message-ids.js'
import type { RetrySends } from './retry-sends.js'
import { type ScannedProperties, scanProperties } from './scan-properties.js'
import { checkDecided, checkHalf, checkSize, checkWritable, isHalf } from './send-checks.js'
import type { SendFields, SendRequest, SentMessage } from './send-request.js'
import type { SendTopics } from './send-topics.js'
import { checkType } from './type-check.js'
import { UniqueKeys } from './unique-keys.js'

export interface MessageSenderNeeds {
  readonly sendTopics: SendTopics
  readonly retrySends: RetrySends
  readonly appender: Appender
  readonly timerScheduling: TimerScheduling
  readonly gate: SendGate
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly clock: Clock
  /** As `Math.random`; chooses the queue of a message whose producer leaves it open. */
  readonly random: () => number
  /** The address clients are told to use, as records hold it; known once the broker listens. */
  readonly storeHost: () => EncodedHost
}

const NOWHERE: AppendResult = {
  status: 'ok',
  queueOffset: 0,
  physicalOffset: 0,
  storeTimestamp: 0,
  recordBytes: 0,
}

/** What a producer learns about its message when the record waits in another queue than the message's own. */
type WaitingMessage = Pick<SentMessage, 'queueId' | 'recallHandle'>

/**
 * From a send request to a record in the log: the hot path of the broker. What nearly every message is (a known topic,
 * no delay, no retry) runs straight through without a map of properties or a promise besides the store's.
 * Apache: SendMessageProcessor.
 */
export class MessageSender {
  readonly #needs: MessageSenderNeeds
  readonly #brokerProperties: BrokerProperties
  readonly #messageIds = new MessageIds()
  readonly #uniqueKeys: UniqueKeys

  constructor(needs: MessageSenderNeeds) {
    this.#needs = needs
    this.#brokerProperties = new BrokerProperties(needs.config)
    this.#uniqueKeys = new UniqueKeys(needs)
  }

  send(request: SendRequest): SentMessage | Promise<SentMessage> {
    const topic = this.#needs.sendTopics.known(request.fields.topic)
    if (topic === undefined) return this.#sendToNewTopic(request)
    return this.#sendTo(topic, request)
  }

  async #sendToNewTopic(request: SendRequest): Promise<SentMessage> {
    const topic = await this.#needs.sendTopics.create(request.fields, request.connection.remoteAddress)
    return this.#sendTo(topic, request)
  }

  #sendTo(topic: TopicConfig, request: SendRequest): SentMessage | Promise<SentMessage> {
    const { fields } = request
    const { config } = this.#needs
    checkWritable(topic, fields, config)
    const found = scanProperties(fields.properties ?? '')
    checkType(topic, fields, config)
    const half = isHalf(found, fields)
    if (half) checkHalf(found, config)
    else checkDecided(fields)
    const message = this.#messageOf(topic, request, found)
    checkSize(message, config)
    if (half) return this.#sendHalf(message, fields)
    if (found.timed && found.delayLevel === 0) return this.#sendTimed(message)
    if (this.#needs.retrySends.concerns(message.topic)) return this.#sendRetry(message, request, found)
    return this.#store(message, found.delayLevel)
  }

  #sendHalf(message: MessageToStore, fields: SendFields): SentMessage | Promise<SentMessage> {
    const half = halfOf(message, fields.producerGroup)
    checkSize(half, this.#needs.config)
    return this.#store(half, 0, message)
  }

  /** A message with a delivery time is stored in the timer topic. */
  #sendTimed(message: MessageToStore): SentMessage | Promise<SentMessage> {
    const scheduled = this.#needs.timerScheduling.schedule(message)
    if (scheduled === undefined) return this.#store(message, 0)
    const { record, recallHandle } = scheduled
    return this.#store(record, 0, { queueId: message.queueId, recallHandle })
  }

  /**
   * A consumer that could not send a message back stores it in the retry topic itself. One that cannot be stored counts as
   * sent when it is set aside: its consumers, Apache's too, would send it for ever, and their queue would stand still.
   */
  async #sendRetry(
    message: MessageToStore,
    request: SendRequest,
    found: ScannedProperties,
  ): Promise<SentMessage> {
    const { retrySends } = this.#needs
    const redirected = await retrySends.redirect(message, request, found.delayLevel)
    try {
      return await this.#store(redirected.message, redirected.delayLevel)
    } catch (error) {
      if (!isUnstorable(error)) throw error
      await retrySends.setAside(message, messageOf(error))
      return this.#sent(message, NOWHERE, undefined)
    }
  }

  #messageOf(topic: TopicConfig, request: SendRequest, found: ScannedProperties): MessageToStore {
    const { fields, connection } = request
    const multiTags = topic.topicFilterType === 'MULTI_TAG' ? SysFlag.MULTI_TAGS : 0
    const madeKey = found.uniqueKey ? undefined : this.#uniqueKeys.next()
    const { queueId, properties = '' } =
      found.priority < 0 ? fields : byPriority(fields, found.priority, topic.writeQueueNums)
    return {
      topic: fields.topic,
      queueId: queueId < 0 ? randomQueue(topic.writeQueueNums, this.#needs.random) : queueId,
      flag: fields.flag,
      sysFlag: fields.sysFlag | multiTags,
      bornTimestamp: fields.bornTimestamp,
      bornHost: connection.remoteHost,
      storeHost: this.#needs.storeHost(),
      reconsumeTimes: fields.reconsumeTimes ?? 0,
      preparedTransactionOffset: 0,
      body: request.body,
      properties: this.#brokerProperties.complete(properties, found, madeKey),
      tagsCode: tagsCodeOf(found.tags),
      keys: found.keys,
      uniqueKey: madeKey ?? found.uniqueKey,
    }
  }

  #store(message: MessageToStore, delayLevel: number, waiting?: WaitingMessage): Promise<SentMessage> {
    const { gate, appender, stats } = this.#needs
    const bytes = message.body.length
    gate.enter(bytes)
    return new Promise((resolve, reject) => {
      appender.appendThen(message, delayLevel, (error, result) => {
        gate.leave(bytes)
        if (result === undefined) {
          reject(error)
          return
        }
        stats.onPut(delayLevel > 0 ? SystemTopic.SCHEDULE : message.topic, 1, result.recordBytes)
        resolve(this.#sent(message, result, waiting))
      })
    })
  }

  #sent(message: MessageToStore, result: AppendResult, waiting: WaitingMessage | undefined): SentMessage {
    const { config } = this.#needs
    return {
      status: result.status,
      msgId: this.#messageIds.of(message.storeHost, result.physicalOffset),
      queueId: waiting?.queueId ?? message.queueId,
      queueOffset: result.queueOffset,
      transactionId: message.uniqueKey,
      recallHandle: waiting?.recallHandle,
      region: config.current.regionId,
      traceOn: config.current.traceMessages,
    }
  }
}
