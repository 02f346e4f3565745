import type { Clock } from '@rocketeer/foundation'
import { ResponseCode, type ResponseFields, SystemTopic } from '@rocketeer/protocol'
import type { sendMessageV2 } from '@rocketeer/protocol/commands'
import { answerOf } from '../answers.js'
import { channels } from '../channels.js'
import { clientErrors } from '../errors.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { TopicRoute } from '../routing/topic-route.js'
import { Attempts, type FailureKind } from './attempts.js'
import { BrokerFaults } from './broker-faults.js'
import type { Parcel } from './parcel.js'
import type { ProducerConfig, SendOptions, SendStatus } from './producer-options.js'
import { QueueRotation } from './queue-rotation.js'

export interface Delivered {
  fields: ResponseFields<typeof sendMessageV2>
  queue: MessageQueue
  status: SendStatus
}

const STATUS: Readonly<Record<number, SendStatus>> = {
  [ResponseCode.SUCCESS]: 'SEND_OK',
  [ResponseCode.FLUSH_DISK_TIMEOUT]: 'FLUSH_DISK_TIMEOUT',
  [ResponseCode.FLUSH_SLAVE_TIMEOUT]: 'FLUSH_SLAVE_TIMEOUT',
  [ResponseCode.SLAVE_NOT_AVAILABLE]: 'SLAVE_NOT_AVAILABLE',
}

/** The message is stored, but not as durably as configured. */
const STORED_ANSWERS = [
  ResponseCode.FLUSH_DISK_TIMEOUT,
  ResponseCode.FLUSH_SLAVE_TIMEOUT,
  ResponseCode.SLAVE_NOT_AVAILABLE,
]

interface DeliveryNeeds {
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  random: () => number
  config: ProducerConfig
  /** Called with each parcel that a broker has stored, and with the time it was sent, in milliseconds of the clock. */
  onStored?: ((parcel: Parcel, delivered: Delivered, sentAt: number) => void) | undefined
}

/** Chooses the queue of a parcel; throws `QUEUE_UNKNOWN`. */
export type Choose = (route: TopicRoute) => MessageQueue

/** Chooses queues and tries brokers until one has stored a parcel. Apache: DefaultMQProducerImpl.sendDefaultImpl. */
export class Delivery {
  readonly #brokers: Brokers
  readonly #routes: RouteCache
  readonly #clock: Clock
  readonly #random: () => number
  readonly #config: ProducerConfig
  readonly #faults: BrokerFaults | undefined
  readonly #rotation: QueueRotation
  readonly #onStored: DeliveryNeeds['onStored']

  constructor({ brokers, routes, clock, random, config, onStored }: DeliveryNeeds) {
    this.#brokers = brokers
    this.#routes = routes
    this.#clock = clock
    this.#random = random
    this.#rotation = new QueueRotation(random)
    this.#config = config
    this.#onStored = onStored
    this.#faults = config.avoidSlowBrokers ? new BrokerFaults() : undefined
  }

  /** `choose` fixes the queue; then there is only one attempt, which waits for its broker. */
  deliver(parcel: Parcel, options: SendOptions, choose: Choose | undefined): Promise<Delivered> {
    return this.#deliver(parcel, options, choose, false) as Promise<Delivered>
  }

  /** Sends without waiting for an answer. */
  async deliverOneway(parcel: Parcel, choose: Choose | undefined): Promise<void> {
    await this.#deliver(parcel, {}, choose, true)
  }

  async #deliver(
    parcel: Parcel,
    options: SendOptions,
    choose: Choose | undefined,
    oneway: boolean,
  ): Promise<Delivered | undefined> {
    const { signal, timeoutMs = this.#config.sendTimeoutMs } = options
    const { topic } = parcel
    const deadline = performance.now() + timeoutMs
    let attempts: Attempts | undefined
    /** Of a send with a fixed queue: kept until it is known to be gone. */
    let chosen: MessageQueue | undefined
    for (;;) {
      signal?.throwIfAborted()
      let queue = chosen
      try {
        const route = this.#routes.cached(topic) ?? (await this.#findRoute(topic, timeoutMs, deadline))
        if (choose) queue = chosen ??= choose(route)
        else queue = this.#takeQueue(route, attempts)
        const remainingMs = Math.max(1, Math.ceil(deadline - performance.now()))
        if (!oneway) return await this.#attempt(parcel, queue, remainingMs, signal)
        return await this.#attemptOneway(parcel, queue, remainingMs)
      } catch (error) {
        attempts ??= new Attempts({
          topic,
          timeoutMs,
          deadline,
          attemptsMax: choose ? 1 : 1 + this.#config.sendRetriesMax,
          random: this.#random,
          signal,
        })
        if (
          (await this.#beforeNext(attempts, { error, topic, queue, fixed: choose !== undefined })) ===
          'queue-gone'
        ) {
          chosen = undefined
        }
      }
    }
  }

  /** Resolves, with what was wrong, when it is time for the next attempt. Throws the error for the caller when there is none. */
  async #beforeNext(
    attempts: Attempts,
    {
      error,
      topic,
      queue,
      fixed,
    }: { error: unknown; topic: string; queue: MessageQueue | undefined; fixed: boolean },
  ): Promise<FailureKind> {
    const kind = attempts.failed(error, queue)
    // The failed broker may have moved or gone, or the topic has other queues by now: the route is asked for again, for
    // the next attempt or else the next send.
    const refreshed = this.#refreshRoute(topic, error)
    attempts.throwIfOver(error)
    const queues = () => this.#routes.cached(topic)?.writeQueues ?? []
    const hasOther = () => !fixed && queues().some((each) => attempts.mayTry(each))
    if (kind !== 'queue-gone' && hasOther()) return kind
    await attempts.inTime(refreshed)
    if (hasOther()) return kind
    if (kind !== 'queue-gone') await attempts.pause(error, kind)
    // A nameserver may hear of the change a moment later than its broker makes it.
    else if (queue !== undefined && queues().some((each) => attempts.isGone(each))) {
      await attempts.pause(clientErrors.QUEUE_UNKNOWN({ topic, queue }, error), kind)
    }
    return kind
  }

  /** If it fails, the old route stays. A topic that its brokers and the nameservers do not know any more has none. */
  async #refreshRoute(topic: string, error: unknown): Promise<void> {
    try {
      const route = await this.#routes.refresh(topic)
      if (route === undefined && answerOf(error) === ResponseCode.TOPIC_NOT_EXIST) this.#routes.forget(topic)
    } catch {}
  }

  async #findRoute(topic: string, timeoutMs: number, deadline: number): Promise<TopicRoute> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const attempts = ['no nameserver has answered yet']
      const onLate = () => reject(clientErrors.SEND_TIMEOUT({ topic, timeoutMs, attempts, sent: false }))
      timer = setTimeout(onLate, Math.max(0, deadline - performance.now()))
    })
    try {
      return await Promise.race([this.#routes.toSend(topic, this.#config.newTopicQueues), late])
    } finally {
      clearTimeout(timer)
    }
  }

  async #attemptOneway(parcel: Parcel, queue: MessageQueue, timeoutMs: number): Promise<undefined> {
    const { command, body } = parcel
    const fields = this.#fieldsOf(parcel, queue, this.#clock.now())
    await this.#brokers.oneway(queue.brokerName, command, fields, { body, timeoutMs })
  }

  async #attempt(
    parcel: Parcel,
    queue: MessageQueue,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Delivered> {
    const startedAt = performance.now()
    const sentAt = this.#clock.now()
    const fields = this.#fieldsOf(parcel, queue, sentAt)
    let failure: unknown
    try {
      const response = await this.#brokers.call(queue.brokerName, parcel.command, fields, {
        body: parcel.body,
        timeoutMs,
        accept: STORED_ANSWERS,
        signal,
      })
      this.#faults?.succeeded(queue.brokerName, performance.now() - startedAt, this.#clock.now())
      const delivered = { fields: response.fields, queue, status: STATUS[response.code] ?? 'SEND_OK' }
      this.#onStored?.(parcel, delivered, sentAt)
      return delivered
    } catch (error) {
      failure = error
      this.#faults?.failed(queue.brokerName, this.#clock.now())
      throw error
    } finally {
      if (channels.send.hasSubscribers) {
        const elapsedMs = performance.now() - startedAt
        channels.send.publish({
          topic: parcel.topic,
          queue,
          bodyBytes: parcel.body.length,
          elapsedMs,
          error: failure,
        })
      }
    }
  }

  #fieldsOf(parcel: Parcel, queue: MessageQueue, sentAt: number) {
    return {
      producerGroup: this.#config.group,
      topic: parcel.topic,
      defaultTopic: SystemTopic.AUTO_CREATE,
      defaultTopicQueueNums: this.#config.newTopicQueues,
      queueId: queue.queueId,
      sysFlag: parcel.sysFlag,
      bornTimestamp: parcel.bornTimestamp ?? sentAt,
      flag: parcel.flag,
      properties: parcel.properties,
      reconsumeTimes: parcel.reconsumeTimes ?? 0,
      unitMode: false,
      maxReconsumeTimes: parcel.retriesMax,
      batch: parcel.batch,
      bname: queue.brokerName,
    }
  }

  /** In turn, but not where this send failed, nor at a broker that is avoided, if there is a choice. */
  #takeQueue(route: TopicRoute, attempts: Attempts | undefined): MessageQueue {
    const queues = route.writeQueues
    const faults = this.#faults
    if (faults === undefined && attempts === undefined) return this.#rotation.take(queues)!
    const now = this.#clock.now()
    const mayTry = (queue: MessageQueue) => attempts?.mayTry(queue) ?? true
    return (
      this.#rotation.take(
        queues,
        (queue) => mayTry(queue) && (faults?.isAvailable(queue.brokerName, now) ?? true),
      ) ??
      this.#rotation.take(queues, mayTry) ??
      this.#rotation.take(queues)!
    )
  }
}
