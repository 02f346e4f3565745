import { EventEmitter } from 'node:events'
import { atCaller, type Clock, isRocketeerError } from '@rocketeer/foundation'
import { decodeRecallHandle, javaHashCode } from '@rocketeer/protocol'
import { recallMessage, sendReplyMessageV2 } from '@rocketeer/protocol/commands'
import { isTraced, traceSend, tracing } from '../channels.js'
import { clientErrors } from '../errors.js'
import { type MessageToSend, type PreparedMessage, prepareMessage } from '../messages/outgoing.js'
import type { Message } from '../messages/received-message.js'
import { replyTo, requestProperties } from '../messages/reply.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { TopicRoute } from '../routing/topic-route.js'
import { Delivery } from '../sending/delivery.js'
import { batchParcel, packMessage } from '../sending/parcel.js'
import type { BatchReceipt, ProducerConfig, SendOptions, SendReceipt } from '../sending/producer-options.js'
import { checkSendOptions } from '../sending/send-options.js'
import type { Tracer } from '../trace/tracer.js'
import type { PendingRequests } from './pending-requests.js'

interface ProducerNeeds {
  config: ProducerConfig
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  random: () => number
  clientId: string
  tracer: Tracer | undefined
  pendingRequests: PendingRequests
  /** Sends a heartbeat: brokers push replies only to the producers they know. */
  beat: () => Promise<void>
  /** Called once, when the producer is closed. */
  onClose: () => Promise<void>
}

/** Sends messages. Any number of sends may be under way at the same time; `client.producer()` makes one. */
export class Producer extends EventEmitter<{ close: [] }> implements AsyncDisposable {
  readonly group: string
  readonly #config: ProducerConfig
  readonly #delivery: Delivery
  readonly #needs: ProducerNeeds
  readonly #onClose: () => Promise<void>
  /** Sends that have not ended. */
  #underway = 0
  /** Called when the last of them ends, once the producer closes. */
  #onIdle: (() => void) | undefined
  /** Resolves when the brokers know this producer; undefined before its first request. */
  #introduced: Promise<void> | undefined
  #closing: Promise<void> | undefined

  /** @internal */
  constructor(needs: ProducerNeeds) {
    super()
    this.group = needs.config.group
    this.#needs = needs
    this.#config = needs.config
    this.#delivery = new Delivery({ ...needs, onStored: needs.tracer?.senderIn(this.group) })
    this.#onClose = needs.onClose
  }

  /**
   * Sends a message, and resolves when a broker has stored it. When one fails or cannot be reached, others are tried, or
   * the same one again, within the timeout. Rejects with `NO_ROUTE`, `BROKER_UNREACHABLE`, `BROKER_BUSY`, `BROKER_REFUSED`,
   * `SEND_TIMEOUT`, `MESSAGE_INVALID`, `MESSAGE_TOO_LARGE`, `TOPIC_INVALID`, `OPTION_INVALID`, `QUEUE_UNKNOWN`, `CLOSED`, an
   * error of remoting, or the signal's reason.
   * After a timeout or a broken connection the message may have been stored: consumers should recognize duplicates by its
   * key.
   */
  send(message: MessageToSend, options: SendOptions = {}): Promise<SendReceipt> {
    return this.#track(this.#observed(this.#send, message, options))
  }

  /**
   * Sends messages of one topic to one queue in one request: all of them are stored or none. None may be delayed or have
   * a priority. Rejects as `send` does.
   */
  sendBatch(messages: readonly MessageToSend[], options: SendOptions = {}): Promise<BatchReceipt> {
    return this.#track(this.#observed(this.#sendBatch, messages, options))
  }

  /** Sends a message without waiting for an answer: nobody knows whether it arrives. */
  sendOneway(message: MessageToSend, options: Omit<SendOptions, 'timeoutMs' | 'signal'> = {}): Promise<void> {
    return this.#track(this.#observed(this.#sendOneway, message, options))
  }

  /**
   * Sends a message and resolves to its reply, which the program that handles it gives with `reply`. Rejects with
   * `REPLY_TIMEOUT` after `timeoutMs` (`sendTimeoutMs` by default), or as `send` does.
   */
  request(message: MessageToSend, options: SendOptions = {}): Promise<Message> {
    return this.#track(this.#observed(this.#request, message, options))
  }

  /** Replies to a received request. Rejects with `NOT_A_REQUEST`, `BROKER_REFUSED` when the requester is gone, or as `send`. */
  reply(
    request: Message,
    body: MessageToSend['body'],
    options: Pick<SendOptions, 'timeoutMs' | 'signal'> = {},
  ): Promise<void> {
    return this.#track(this.#reply(request, body, options))
  }

  /**
   * Takes back a message that waits for its delivery time, by its receipt's `recallHandle`; resolves to the message id.
   * Rejects with `BROKER_REFUSED` when the message is due, with `RECALL_HANDLE_INVALID`, or as `send` does. The broker does
   * not say whether the message was recalled before.
   * A send that was tried again after its answer was lost may have stored two copies, of which this takes back one: a
   * producer with `sendRetriesMax: 0` makes no second one.
   */
  recall(topic: string, handle: string): Promise<string> {
    return this.#track(this.#recall(topic, handle))
  }

  /** Waits for the sends under way, then leaves the group. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Lets those who trace sends see this one. Takes a method, so that each message need not make a function. */
  #observed<Sent extends MessageToSend | readonly MessageToSend[], Options, Result>(
    send: (sent: Sent, options: Options) => Promise<Result>,
    sent: Sent,
    options: Options,
  ): Promise<Result> {
    if (!isTraced(tracing.send)) return send.call(this, sent, options)
    return traceSend(this.group, sent, (copies) => send.call(this, copies, options))
  }

  async #send(message: MessageToSend, options: SendOptions): Promise<SendReceipt> {
    this.#checkOpen()
    checkSendOptions(options)
    const prepared = this.#prepare(message, options)
    const parcel = await packMessage(prepared, this.#config)
    const { fields, queue, status } = await this.#delivery.deliver(parcel, options, chooser(message, options))
    const { msgId, queueId, queueOffset, recallHandle } = fields
    const receipt: SendReceipt = {
      status,
      messageId: prepared.messageId,
      offsetMessageId: msgId,
      topic: prepared.topic,
      queue: { brokerName: queue.brokerName, queueId },
      queueOffset,
    }
    if (recallHandle !== undefined) receipt.recallHandle = recallHandle
    return receipt
  }

  async #request(message: MessageToSend, options: SendOptions): Promise<Message> {
    this.#checkOpen()
    checkSendOptions(options)
    options.signal?.throwIfAborted()
    const prepared = this.#prepare(message, options)
    const { topic } = prepared
    const { routes, pendingRequests, clientId, beat } = this.#needs
    const { newTopicQueues, sendTimeoutMs } = this.#config
    const timeoutMs = options.timeoutMs ?? sendTimeoutMs
    const known = routes.cached(topic) !== undefined
    await routes.toSend(topic, newTopicQueues)
    if (!known || this.#introduced === undefined) this.#introduced = beat()
    await this.#introduced
    const { correlationId, reply, cancel } = pendingRequests.open(topic, timeoutMs, options.signal)
    const properties = prepared.properties + requestProperties(correlationId, clientId, timeoutMs)
    const parcel = await packMessage({ ...prepared, properties }, this.#config)
    try {
      await this.#delivery.deliver(parcel, { ...options, timeoutMs }, chooser(message, options))
    } catch (error) {
      cancel(error)
    }
    return reply
  }

  async #reply(request: Message, body: MessageToSend['body'], options: SendOptions): Promise<void> {
    this.#checkOpen()
    checkSendOptions(options)
    const { topic, properties } = replyTo(request)
    const prepared = prepareMessage({ topic, body }, this.#config)
    const message = { ...prepared, properties: prepared.properties + properties }
    const parcel = await packMessage(message, this.#config)
    await this.#delivery.deliver({ ...parcel, command: sendReplyMessageV2 }, options, undefined)
  }

  async #recall(topic: string, recallHandle: string): Promise<string> {
    this.#checkOpen()
    const handle = typeof recallHandle === 'string' ? decodeRecallHandle(recallHandle) : undefined
    if (handle?.topic !== topic) throw clientErrors.RECALL_HANDLE_INVALID({ topic })
    const { brokers, routes, tracer } = this.#needs
    await routes.existing(topic)
    const fields = { producerGroup: this.group, topic, recallHandle, bname: handle.brokerName }
    try {
      const { msgId, region } = (await brokers.call(handle.brokerName, recallMessage, fields)).fields
      tracer?.recalled(this.group, { handle, region, success: true })
      return msgId
    } catch (error) {
      if (isRocketeerError(error, 'BROKER_REFUSED')) tracer?.recalled(this.group, { handle, success: false })
      throw error
    }
  }

  async #sendBatch(messages: readonly MessageToSend[], options: SendOptions): Promise<BatchReceipt> {
    this.#checkOpen()
    checkSendOptions(options)
    const parcel = batchParcel(messages, this.#config, options.orderKey)
    const { fields, queue, status } = await this.#delivery.deliver(
      parcel,
      options,
      chooser(messages[0]!, options),
    )
    const { msgId, queueId, queueOffset } = fields
    return {
      status,
      messageIds: parcel.messageIds,
      offsetMessageIds: msgId.split(','),
      topic: parcel.topic,
      queue: { brokerName: queue.brokerName, queueId },
      queueOffset,
    }
  }

  async #sendOneway(message: MessageToSend, options: SendOptions): Promise<void> {
    this.#checkOpen()
    checkSendOptions(options)
    const parcel = await packMessage(this.#prepare(message, options), this.#config)
    await this.#delivery.deliverOneway(parcel, chooser(message, options))
  }

  #prepare(message: MessageToSend, { orderKey }: SendOptions): PreparedMessage {
    return prepareMessage(message, this.#config, orderKey)
  }

  /** Nothing else may wait for `sending`, or V8 leaves the caller out of the stack of an error. */
  async #track<Result>(sending: Promise<Result>): Promise<Result> {
    this.#underway++
    try {
      return await sending
    } catch (error) {
      throw atCaller(error)
    } finally {
      if (--this.#underway === 0) this.#onIdle?.()
    }
  }

  #checkOpen(): void {
    if (this.#closing) throw clientErrors.CLOSED({ what: 'producer' })
  }

  async #close(): Promise<void> {
    if (this.#underway > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
    await this.#onClose()
    this.emit('close')
  }
}

/** The function that chooses the queue as the options say; undefined when any queue will do. */
export function chooser(
  message: MessageToSend,
  options: SendOptions,
): ((route: TopicRoute) => MessageQueue) | undefined {
  const { queue, selector, orderKey } = options
  if (queue === undefined && selector === undefined && orderKey === undefined) return undefined
  if (message.priority !== undefined) {
    const problem = 'its "priority" chooses the queue: leave out "queue", "selector" and "orderKey"'
    throw clientErrors.MESSAGE_INVALID({ problem })
  }
  return ({ topic, writeQueues }) => {
    if (orderKey !== undefined) {
      // Without the sign bit, so that negative hash codes choose a queue, too.
      return writeQueues[(javaHashCode(orderKey) & 0x7fffffff) % writeQueues.length]!
    }
    const wanted: (SendOptions['queue'] & { topic?: string }) | undefined =
      queue ?? selector!(writeQueues, message) ?? undefined
    const found = writeQueues.find(
      (each) => each.brokerName === wanted?.brokerName && each.queueId === wanted.queueId,
    )
    if (found === undefined || (wanted?.topic ?? topic) !== topic)
      throw clientErrors.QUEUE_UNKNOWN({ topic, queue: wanted })
    return found
  }
}
