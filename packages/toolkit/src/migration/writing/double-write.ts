import {
  type BatchReceiptOf,
  createMessageId,
  type Journal,
  type LocalTransaction,
  type MessageToSend,
  type ReceiptOf,
  type SendOptions,
  type TransactionReceipt,
  type TransactionSendOptions,
} from '@rocketeer/client'
import { messageOf, optionErrors, parseOptions } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import { Worker } from '../../worker/worker.js'
import { type MigrationEvent, migrationChannel } from '../clusters/channels.js'
import { clusterName, otherSide, type Side } from '../clusters/clusters.js'
import { type DoubleWriteConfig, type DoubleWriteOptions, doubleWriteSchema } from './double-write-options.js'
import { FollowingSends } from './following-sends.js'

/** What a double writer has done since it was made. */
export interface DoubleWriteStatus {
  readonly inCharge: Side
  /** Messages that the cluster in charge has stored. */
  readonly sent: number
  /** Messages that have not reached the other cluster yet. */
  readonly waiting: number
  /** Messages that each cluster stored, or did not store, while the other one was in charge. */
  readonly followed: Readonly<Record<Side, { readonly stored: number; readonly missed: number }>>
}

/**
 * Makes a producer that sends everything to two clusters, with the same id, key, tag, properties and order key. The answer
 * and the failure of the cluster in charge are the caller's; the other cluster gets what that one has stored, in the same
 * order, and its failures are problems. Throws `OPTION_INVALID`.
 */
export function doubleWrite<
  From extends Journal | undefined = undefined,
  To extends Journal | undefined = undefined,
>(options: DoubleWriteOptions<From, To>): DoubleWriter<From, To> {
  return new DoubleWriter(parseOptions(doubleWriteSchema, options, 'doubleWrite'))
}

/** Some messages on their way to both clusters. */
interface DoubleSend<Receipt> {
  readonly messages: readonly MessageToSend[]
  readonly options: SendOptions
  readonly send: (side: Side, options: SendOptions) => Promise<Receipt>
}

/** A producer of two clusters; `doubleWrite` makes one. Close it before the two producers it was given. */
export class DoubleWriter<
  From extends Journal | undefined = undefined,
  To extends Journal | undefined = undefined,
> extends Worker {
  readonly #config: DoubleWriteConfig
  readonly #following: Readonly<Record<Side, FollowingSends>>
  readonly #followed = { from: { stored: 0, missed: 0 }, to: { stored: 0, missed: 0 } }
  #inCharge: Side
  #sent = 0
  /** Set when both producers turn out to send to one broker. */
  #isOneCluster = false

  /** @internal */
  constructor(config: DoubleWriteConfig) {
    super('the double writer', config.signal)
    this.#config = config
    this.#inCharge = config.inCharge
    const limits = { messagesMax: config.waitingMax, bytesMax: config.waitingBytesMax }
    this.#following = { from: new FollowingSends(limits), to: new FollowingSends(limits) }
    this.resources.defer(() => this.#drainInTime())
  }

  get status(): DoubleWriteStatus {
    const { from, to } = this.#followed
    const waiting = this.#following.from.messages + this.#following.to.messages
    return {
      inCharge: this.#inCharge,
      sent: this.#sent,
      waiting,
      followed: { from: { ...from }, to: { ...to } },
    }
  }

  /**
   * Puts a cluster in charge, from the next send on. Resolves when everything that was sent before is on both sides or
   * missed.
   */
  async putInCharge(side: Side): Promise<void> {
    if (side !== 'from' && side !== 'to')
      throw optionErrors.OPTION_INVALID({ subject: 'putInCharge', problems: ["'from' or 'to' is needed"] })
    this.#inCharge = side
    await this.#drained()
  }

  /** Sends a message, and resolves or rejects as the producer of the cluster in charge does. */
  async send(message: MessageToSend, options: SendOptions = {}): Promise<ReceiptOf<From> | ReceiptOf<To>> {
    const own = withId(message)
    return this.#sendBoth({
      messages: [own],
      options,
      send: (side, sideOptions) => this.#config[side].send(own, sideOptions),
    }) as Promise<ReceiptOf<From> | ReceiptOf<To>>
  }

  /** Sends messages of one topic to one queue of each cluster, in one request each. */
  async sendBatch(
    messages: readonly MessageToSend[],
    options: SendOptions = {},
  ): Promise<BatchReceiptOf<From> | BatchReceiptOf<To>> {
    const own = messages.map(withId)
    return this.#sendBoth({
      messages: own,
      options,
      send: (side, sideOptions) => this.#config[side].sendBatch(own, sideOptions),
    }) as Promise<BatchReceiptOf<From> | BatchReceiptOf<To>>
  }

  /** Sends a message without waiting for an answer of the cluster in charge; the other one is asked for its answer. */
  async sendOneway(
    message: MessageToSend,
    options: Omit<SendOptions, 'timeoutMs' | 'signal'> = {},
  ): Promise<void> {
    const own = withId(message)
    const inCharge = this.#inCharge
    await this.#sendBoth<unknown>({
      messages: [own],
      options,
      send: (side, sideOptions) =>
        side === inCharge
          ? this.#config[side].sendOneway(own, sideOptions)
          : this.#config[side].send(own, sideOptions),
    })
  }

  /**
   * Sends a message in a transaction of the cluster in charge. The other one gets it as an ordinary message once the
   * transaction is committed: one that is committed later, by a check, is missing there until it is copied. Rejects as
   * `TransactionProducer.send` does, and with `OPTION_INVALID` without the option `transactions`.
   */
  async sendInTransaction(
    message: MessageToSend,
    run: LocalTransaction,
    options: TransactionSendOptions = {},
  ): Promise<TransactionReceipt> {
    const { transactions } = this.#config
    if (transactions === undefined) {
      const problems = ['give "transactions" to doubleWrite: a transaction producer of each cluster']
      throw optionErrors.OPTION_INVALID({ subject: 'sendInTransaction', problems })
    }
    this.#checkOpen()
    const own = withId(message)
    const inCharge = this.#inCharge
    const { checkImmunitySeconds: _, ...sendOptions } = options
    const lane = laneOf(own, sendOptions)
    await this.#following[inCharge].last(lane)
    const receipt = await transactions[inCharge].send(own, run, options)
    if (receipt.outcome !== 'commit') return receipt
    this.#sent++
    const send = (side: Side, sideOptions: SendOptions) => this.#config[side].send(own, sideOptions)
    await this.#follow(otherSide(inCharge), { messages: [own], options: sendOptions, send }, receipt)
    return receipt
  }

  async #sendBoth<Receipt>(sent: DoubleSend<Receipt>): Promise<Receipt> {
    this.#checkOpen()
    const inCharge = this.#inCharge
    // What the other cluster was in charge of may still be on its way here.
    await this.#following[inCharge].last(laneOf(sent.messages[0], sent.options))
    const receipt = await sent.send(inCharge, sent.options)
    this.#sent += sent.messages.length
    await this.#follow(otherSide(inCharge), sent, receipt)
    return receipt
  }

  /** Sends to the cluster that is not in charge; resolves at once unless the caller wants to know. */
  async #follow<Receipt>(side: Side, sent: DoubleSend<unknown>, first: Receipt): Promise<void> {
    if (this.#isOneCluster) return
    const { messages, options } = sent
    let failure: unknown
    const following = this.#following[side].add({
      lane: laneOf(messages[0], options),
      messages: messages.length,
      bytes: messages.reduce((sum, { body }) => sum + body.length, 0),
      send: async () => {
        try {
          this.#checkTwoClusters(await sent.send(side, optionsElsewhere(options)), first)
          this.#followed[side].stored += messages.length
          this.#publish(side, messages, undefined)
        } catch (error) {
          failure = error
          this.#missed(side, messages, error)
        }
      },
    })
    if (following === undefined) {
      failure = new Error(`${this.#following[side].messages} messages wait for it already (waitingMax)`)
      this.#missed(side, messages, failure)
    } else if (this.#config.strict) await following
    if (this.#config.strict && failure !== undefined) throw this.#halfWritten(side, messages, failure)
  }

  #missed(side: Side, messages: readonly MessageToSend[], error: unknown): void {
    this.#followed[side].missed += messages.length
    this.#publish(side, messages, error)
    const { topic, messageId } = messages[0]!
    const details = {
      topic,
      cluster: clusterName(side),
      messages: messages.length,
      problem: messageOf(error),
    }
    this.report(toolkitErrors.MIGRATION_WRITE_MISSED(details, error), { topic, messageId: messageId!, side })
  }

  #halfWritten(side: Side, messages: readonly MessageToSend[], error: unknown) {
    const ids = messages.map(({ messageId }) => messageId!)
    const { topic } = messages[0]!
    const details = { topic, cluster: clusterName(side), ids, problem: messageOf(error) }
    return toolkitErrors.MIGRATION_HALF_WRITTEN(details, error)
  }

  /** Two receipts of one broker: everything would be there twice. */
  #checkTwoClusters(one: unknown, other: unknown): void {
    const [address, same] = [brokerIn(one), brokerIn(other)]
    if (address === undefined || address !== same) return
    this.#isOneCluster = true
    this.report(toolkitErrors.MIGRATION_SAME_CLUSTER({ address }))
  }

  #publish(side: Side, messages: readonly MessageToSend[], error: unknown): void {
    if (!migrationChannel.hasSubscribers) return
    const messageIds = messages.map(({ messageId }) => messageId!)
    const event: MigrationEvent = { kind: 'write', side, topic: messages[0]!.topic, messageIds, error }
    migrationChannel.publish(event)
  }

  #checkOpen(): void {
    if (this.isClosed) throw toolkitErrors.WORKER_CLOSED({ what: 'double writer' })
  }

  async #drained(): Promise<void> {
    await Promise.all([this.#following.from.drained(), this.#following.to.drained()])
  }

  async #drainInTime(): Promise<void> {
    const { clock, closeTimeoutMs } = this.#config
    let stop = () => {}
    const late = new Promise<void>((resolve) => {
      const timer = clock.after(closeTimeoutMs, resolve)
      stop = () => timer.cancel()
    })
    await Promise.race([this.#drained(), late])
    stop()
  }
}

/** The same message for both clusters, whose body the caller may change afterwards. */
function withId(message: MessageToSend): MessageToSend {
  const { body } = message
  const kept = body instanceof Uint8Array ? Buffer.from(body) : body
  return { ...message, body: kept, messageId: message.messageId ?? createMessageId() }
}

/** Messages of one lane stay in order. */
function laneOf(
  message: MessageToSend | undefined,
  { orderKey, queue, selector }: SendOptions,
): string | undefined {
  if (orderKey !== undefined) return JSON.stringify([message?.topic, orderKey])
  if (queue !== undefined) return JSON.stringify([message?.topic, queue.brokerName, queue.queueId])
  return selector === undefined ? undefined : JSON.stringify([message?.topic])
}

/** The other cluster has brokers of other names: a queue of the one stands for a queue of the other. */
function optionsElsewhere({ queue, signal: _, ...options }: SendOptions): SendOptions {
  if (queue === undefined) return options
  return { ...options, selector: (queues) => queues[queue.queueId % queues.length]! }
}

/** The broker that stored it: the first half of an offset message id is its address. */
function brokerIn(receipt: unknown): string | undefined {
  const { offsetMessageId, offsetMessageIds } = (receipt ?? {}) as {
    offsetMessageId?: string
    offsetMessageIds?: string[]
  }
  const id = offsetMessageId ?? offsetMessageIds?.[0]
  return id === undefined ? undefined : addressIn(id)
}

/** Only of IPv4, where an id has 32 digits. */
function addressIn(offsetMessageId: string): string | undefined {
  if (offsetMessageId.length !== 32) return undefined
  const bytes = Buffer.from(offsetMessageId.slice(0, 16), 'hex')
  return `${bytes.subarray(0, 4).join('.')}:${bytes.readInt32BE(4)}`
}
