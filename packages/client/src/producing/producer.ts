import { EventEmitter } from 'node:events'
import type { FileSystem } from '@rocketeer/files'
import { atCaller, type Clock } from '@rocketeer/foundation'
import { sendReplyMessageV2 } from '@rocketeer/protocol/commands'
import { isTraced, traceSend, tracing } from '../channels.js'
import { clientErrors } from '../errors.js'
import type { JournalConfig } from '../journal/journal-options.js'
import { Journal } from '../journaling/journal.js'
import { JournaledSends } from '../journaling/journaled-sends.js'
import { type MessageToSend, type PreparedMessage, prepareMessage } from '../messages/outgoing.js'
import type { Message } from '../messages/received-message.js'
import { replyTo, requestProperties } from '../messages/reply.js'
import type { ProblemSource, Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'
import { chooser } from '../sending/chooser.js'
import { Delivery } from '../sending/delivery.js'
import { batchParcel, packMessage } from '../sending/parcel.js'
import type {
  BatchReceipt,
  BatchReceiptOf,
  JournaledBatchReceipt,
  JournaledReceipt,
  ProducerConfig,
  ReceiptOf,
  SendOptions,
  SendReceipt,
} from '../sending/producer-options.js'
import { batchReceiptOf, receiptOf } from '../sending/receipts.js'
import { checkSendOptions } from '../sending/send-options.js'
import type { Tracer } from '../trace/tracer.js'
import type { PendingRequests } from './pending-requests.js'
import { recall } from './recall.js'

interface ProducerNeeds {
  config: ProducerConfig
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  random: () => number
  clientId: string
  tracer: Tracer | undefined
  pendingRequests: PendingRequests
  /** Of a producer with a journal. */
  journaling?: { config: JournalConfig; files: FileSystem; problems: Problems } | undefined
  /** Sends a heartbeat: brokers push replies only to the producers they know. */
  beat: () => Promise<void>
  /** Called once, when the producer is closed. */
  onClose: () => Promise<void>
}

/**
 * Sends messages. Any number of sends may be under way at the same time; `client.producer()` makes one. `HasJournal`: a
 * producer with a journal has `journal`, and gives other receipts for what goes there.
 */
export class Producer<HasJournal extends Journal | undefined = undefined>
  extends EventEmitter<{ close: []; problem: [error: unknown, source: ProblemSource] }>
  implements AsyncDisposable
{
  readonly group: string
  /** Where messages wait while no broker takes them; undefined without the option `journal`. */
  readonly journal: HasJournal
  readonly #config: ProducerConfig
  readonly #delivery: Delivery
  readonly #journaled: JournaledSends | undefined
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
    const onStored = needs.tracer?.senderIn(this.group)
    this.#delivery = new Delivery({ ...needs, onStored })
    this.#onClose = needs.onClose
    const { journaling, config } = needs
    this.#journaled =
      journaling &&
      new JournaledSends({
        ...needs,
        ...journaling,
        delivery: this.#delivery,
        // Each further attempt may double the message, and there is time.
        again: new Delivery({ ...needs, config: { ...config, sendRetriesMax: 0 }, onStored }),
      })
    this.journal = (this.#journaled && new Journal(this.#journaled)) as HasJournal
  }

  /**
   * Sends a message, and resolves when a broker has stored it. When one fails or cannot be reached, others are tried, or
   * the same one again, within the timeout. Rejects with `NO_ROUTE`, `BROKER_UNREACHABLE`, `BROKER_BUSY`, `BROKER_REFUSED`,
   * `SEND_TIMEOUT`, `MESSAGE_INVALID`, `MESSAGE_TOO_LARGE`, `TOPIC_INVALID`, `OPTION_INVALID`, `QUEUE_UNKNOWN`, `CLOSED`, an
   * error of remoting, or the signal's reason.
   * After a timeout or a broken connection the message may have been stored: consumers should recognize duplicates by its
   * key.
   * With a journal, resolves to a receipt with the status `JOURNALED` where no broker takes the message, and rejects with
   * `JOURNAL_FULL`, `JOURNAL_FAILED` or `JOURNAL_IN_USE` where the journal does not either.
   */
  send(message: MessageToSend, options: SendOptions = {}): Promise<ReceiptOf<HasJournal>> {
    return this.#track(this.#observed(this.#send, message, options)) as Promise<ReceiptOf<HasJournal>>
  }

  /**
   * Sends messages of one topic to one queue in one request: all of them are stored or none. None may be delayed or have
   * a priority. Rejects as `send` does.
   */
  sendBatch(
    messages: readonly MessageToSend[],
    options: SendOptions = {},
  ): Promise<BatchReceiptOf<HasJournal>> {
    return this.#track(this.#observed(this.#sendBatch, messages, options)) as Promise<
      BatchReceiptOf<HasJournal>
    >
  }

  /**
   * Sends a message without waiting for an answer: nobody knows whether it arrives. With a journal it is journaled when it
   * cannot be sent.
   */
  sendOneway(message: MessageToSend, options: Omit<SendOptions, 'timeoutMs' | 'signal'> = {}): Promise<void> {
    return this.#track(this.#observed(this.#sendOneway, message, options))
  }

  /**
   * Sends a message and resolves to its reply, which the program that handles it gives with `reply`. Rejects with
   * `REPLY_TIMEOUT` after `timeoutMs` (`sendTimeoutMs` by default), or as `send` does. Never journaled, nor is a reply: by
   * the time it was delivered nobody would wait for it.
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

  /** Waits for the sends under way, then leaves the group. What is in a journal stays there; a problem says so. */
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

  async #send(message: MessageToSend, options: SendOptions): Promise<SendReceipt | JournaledReceipt> {
    this.#checkOpen()
    checkSendOptions(options)
    const prepared = this.#prepare(message, options)
    const parcel = await packMessage(prepared, this.#config)
    const sends = this.#journaled ?? this.#delivery
    const delivered = await sends.deliver(parcel, options, chooser(message, options))
    return receiptOf(prepared, delivered)
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
    return recall(this.#needs, { group: this.group, topic, recallHandle })
  }

  async #sendBatch(
    messages: readonly MessageToSend[],
    options: SendOptions,
  ): Promise<BatchReceipt | JournaledBatchReceipt> {
    this.#checkOpen()
    checkSendOptions(options)
    const parcel = batchParcel(messages, this.#config, options.orderKey)
    const sends = this.#journaled ?? this.#delivery
    const delivered = await sends.deliver(parcel, options, chooser(messages[0]!, options))
    return batchReceiptOf(parcel, delivered)
  }

  async #sendOneway(message: MessageToSend, options: SendOptions): Promise<void> {
    this.#checkOpen()
    checkSendOptions(options)
    const parcel = await packMessage(this.#prepare(message, options), this.#config)
    const choose = chooser(message, options)
    if (this.#journaled === undefined) await this.#delivery.deliverOneway(parcel, choose)
    else await this.#journaled.deliverOneway(parcel, options, choose)
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
    await this.#journaled?.close()
    await this.#onClose()
    this.emit('close')
  }
}
