import { EventEmitter } from 'node:events'
import { type Clock, optionErrors } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { endTransaction } from '@rocketeer/protocol/commands'
import {
  decodeMessageId,
  decodeProperties,
  encodeProperties,
  PropertyName,
  SysFlag,
} from '@rocketeer/protocol/record'
import { isTraced, traceSend, tracing } from '../channels.js'
import { clientErrors } from '../errors.js'
import { isDelayed, type MessageToSend, type PreparedMessage, prepareMessage } from '../messages/outgoing.js'
import type { ProblemSource, Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'
import { chooser } from '../sending/chooser.js'
import { type Delivered, Delivery } from '../sending/delivery.js'
import { packMessage } from '../sending/parcel.js'
import type { SendOptions } from '../sending/producer-options.js'
import { checkSendOptions } from '../sending/send-options.js'
import type { Tracer } from '../trace/tracer.js'
import { isOutcome, OUTCOME_BITS, type TransactionChecks } from './transaction-checks.js'
import type {
  LocalTransaction,
  TransactionOutcome,
  TransactionProducerConfig,
  TransactionReceipt,
} from './transaction-options.js'

/** What `send` of a transaction producer takes. */
export interface TransactionSendOptions extends SendOptions {
  /** Whole seconds during which the broker does not ask, instead of its `transactionTimeoutMs`. */
  checkImmunitySeconds?: number | undefined
}

interface TransactionProducerNeeds {
  config: TransactionProducerConfig
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  random: () => number
  tracer: Tracer | undefined
  problems: Problems
  /** Answers the checks of brokers for this producer. */
  checks: TransactionChecks
  /** Called once, when the producer is closed. */
  onClose: () => Promise<void>
}

/**
 * Sends messages that consumers see only if a local transaction succeeded, and answers brokers that ask what became of
 * one. Emits `problem` when a check fails or its answer cannot be sent; the broker asks again. `client.transactionProducer()`
 * makes one. Apache: TransactionMQProducer.
 */
export class TransactionProducer
  extends EventEmitter<{ close: []; problem: [error: unknown, source: ProblemSource] }>
  implements AsyncDisposable
{
  readonly group: string
  /** Resolves when the brokers of `topics` are known, so that they can be told of this producer. Never rejects. */
  readonly ready: Promise<void>
  readonly #config: TransactionProducerConfig
  readonly #brokers: Brokers
  readonly #delivery: Delivery
  readonly #tracer: Tracer | undefined
  readonly #problems: Problems
  readonly #onClose: () => Promise<void>
  readonly #checks: TransactionChecks
  readonly #underway = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  /** @internal */
  constructor(needs: TransactionProducerNeeds) {
    super()
    const { config, brokers, routes } = needs
    this.group = config.group
    this.#config = config
    this.#brokers = brokers
    this.#tracer = needs.tracer
    this.#problems = needs.problems
    this.#delivery = new Delivery({ ...needs, onStored: needs.tracer?.senderIn(config.group) })
    this.#onClose = needs.onClose
    this.#checks = needs.checks
    this.ready = this.#findBrokers(routes, [SystemTopic.AUTO_CREATE, ...config.topics])
  }

  /**
   * Stores the message where no consumer sees it, runs the local transaction, and tells the broker its outcome, which it
   * resolves to. Rejects with what `Producer.send` rejects with (the local transaction did not run then), with
   * `HALF_NOT_SAFE`, or with what the local transaction threw: its outcome is unknown then, and `check` will be asked.
   */
  send(
    message: MessageToSend,
    run: LocalTransaction,
    options: TransactionSendOptions = {},
  ): Promise<TransactionReceipt> {
    const sending = isTraced(tracing.send)
      ? traceSend(this.group, message, (copy) => this.#send(copy, run, options))
      : this.#send(message, run, options)
    this.#underway.add(sending)
    const done = () => this.#underway.delete(sending)
    sending.then(done, done)
    return sending
  }

  /** Waits for the transactions and checks under way, then leaves the group. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #send(
    message: MessageToSend,
    run: LocalTransaction,
    options: TransactionSendOptions,
  ): Promise<TransactionReceipt> {
    if (this.#closing) throw clientErrors.CLOSED({ what: 'transaction producer' })
    checkSendOptions(options)
    // Before a half message is stored that nobody would end.
    if (typeof run !== 'function') {
      const problems = ['a function that runs the local transaction is needed behind the message']
      throw optionErrors.OPTION_INVALID({ subject: 'send', problems })
    }
    const prepared = this.#prepare(message, options)
    const parcel = await packMessage(prepared, this.#config)
    const half = await this.#delivery.deliver(
      { ...parcel, sysFlag: parcel.sysFlag | SysFlag.TRANSACTION_PREPARED },
      options,
      chooser(message, options),
    )
    if (half.status !== 'SEND_OK') {
      // It may be lost with the broker, so the transaction must not rely on it.
      await this.#tell(prepared, half, 'rollback')
      throw clientErrors.HALF_NOT_SAFE({ topic: prepared.topic, status: half.status })
    }
    const transactionId = prepared.messageId
    let outcome: TransactionOutcome = 'unknown'
    try {
      // What it throws is the caller's; the outcome is unknown then.
      const answer: unknown = await run({ transactionId, message })
      if (isOutcome(answer)) outcome = answer
    } finally {
      await this.#tell(prepared, half, outcome)
    }
    const { msgId, queueId, queueOffset } = half.fields
    return {
      status: half.status,
      messageId: prepared.messageId,
      offsetMessageId: msgId,
      topic: prepared.topic,
      queue: { brokerName: half.queue.brokerName, queueId },
      queueOffset,
      transactionId,
      outcome,
    }
  }

  #prepare(
    message: MessageToSend,
    { checkImmunitySeconds, orderKey }: TransactionSendOptions,
  ): PreparedMessage {
    const prepared = prepareMessage(message, this.#config, orderKey)
    if (isDelayed(message))
      throw clientErrors.MESSAGE_INVALID({ problem: 'a message of a transaction cannot be delayed' })
    if (message.priority !== undefined)
      throw clientErrors.MESSAGE_INVALID({ problem: 'a message of a transaction cannot have a priority' })
    const immunity =
      checkImmunitySeconds === undefined
        ? {}
        : { [PropertyName.CHECK_IMMUNITY_TIME]: String(checkImmunitySeconds) }
    const own = encodeProperties({
      [PropertyName.TRANSACTION_PREPARED]: 'true',
      [PropertyName.PRODUCER_GROUP]: this.group,
      ...immunity,
    })
    return { ...prepared, properties: prepared.properties + own }
  }

  /** One-way, as Apache's clients do: if it gets lost, or the outcome is unknown, the broker asks. */
  async #tell(message: PreparedMessage, half: Delivered, outcome: TransactionOutcome): Promise<void> {
    const { fields, queue } = half
    this.#tracer?.ended(this.group, {
      topic: message.topic,
      messageId: message.messageId,
      properties: decodeProperties(message.properties),
      storeHost: () => this.#brokers.addressOf(queue.brokerName, {}),
      outcome,
      fromCheck: false,
    })
    if (outcome === 'unknown') return
    try {
      await this.#brokers.oneway(queue.brokerName, endTransaction, {
        topic: message.topic,
        producerGroup: this.group,
        tranStateTableOffset: fields.queueOffset,
        commitLogOffset: decodeMessageId(fields.msgId).physicalOffset,
        commitOrRollback: OUTCOME_BITS[outcome],
        fromTransactionCheck: false,
        msgId: message.messageId,
        transactionId: fields.transactionId ?? message.messageId,
        bname: queue.brokerName,
      })
    } catch (error) {
      this.#problems.report(error, { topic: message.topic, brokerName: queue.brokerName })
    }
  }

  async #findBrokers(routes: RouteCache, topics: readonly string[]): Promise<void> {
    // A topic that does not exist yet is no problem: the first send will find its brokers.
    await Promise.all(topics.map((topic) => routes.find(topic).catch(() => undefined)))
  }

  async #close(): Promise<void> {
    this.#checks.stop()
    await Promise.allSettled(this.#underway)
    await this.#checks.idle()
    await this.#onClose()
    this.emit('close')
  }
}
