import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, isRocketeerError, messageOf } from '@rocketeer/foundation'
import { ResponseCode, type ResponseFields, SystemTopic } from '@rocketeer/protocol'
import type { sendMessageV2 } from '@rocketeer/protocol/commands'
import { channels } from '../channels.js'
import { answerOf, clientErrors } from '../errors.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { TopicRoute } from '../routing/topic-route.js'
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

/** Answers after which another broker may succeed. Apache: DefaultMQProducer.retryResponseCodes. */
const RETRY_ANSWERS: ReadonlySet<number> = new Set([
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.SYSTEM_BUSY,
  ResponseCode.NO_PERMISSION,
  ResponseCode.NO_BUYER_ID,
  ResponseCode.NOT_IN_CURRENT_UNIT,
  ResponseCode.GO_AWAY,
])

/** Between attempts at the only broker when it is busy: 50 ms, then twice as long each time. */
const BUSY_PAUSE_MS = 50
const BUSY_PAUSE_MS_MAX = 1_000

interface DeliveryNeeds {
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  random: () => number
  config: ProducerConfig
  /** Called with each parcel that a broker has stored, and with the time it was sent, in milliseconds of the clock. */
  onStored?: ((parcel: Parcel, delivered: Delivered, sentAt: number) => void) | undefined
}

/** Chooses queues and tries brokers until one has stored a parcel. Apache: DefaultMQProducerImpl.sendDefaultImpl. */
export class Delivery {
  readonly #brokers: Brokers
  readonly #routes: RouteCache
  readonly #clock: Clock
  readonly #config: ProducerConfig
  readonly #faults: BrokerFaults | undefined
  readonly #rotation: QueueRotation
  readonly #onStored: DeliveryNeeds['onStored']

  constructor({ brokers, routes, clock, random, config, onStored }: DeliveryNeeds) {
    this.#brokers = brokers
    this.#routes = routes
    this.#clock = clock
    this.#rotation = new QueueRotation(random)
    this.#config = config
    this.#onStored = onStored
    this.#faults = config.avoidSlowBrokers ? new BrokerFaults() : undefined
  }

  /** `choose` fixes the queue; then there is only one attempt. */
  async deliver(
    parcel: Parcel,
    options: SendOptions,
    choose: ((route: TopicRoute) => MessageQueue) | undefined,
  ): Promise<Delivered> {
    const timeoutMs = options.timeoutMs ?? this.#config.sendTimeoutMs
    const deadline = performance.now() + timeoutMs
    const attemptsMax = choose ? 1 : 1 + this.#config.sendRetriesMax
    const failures: string[] = []
    let queue: MessageQueue | undefined
    for (let attempt = 1; ; attempt++) {
      options.signal?.throwIfAborted()
      const route =
        this.#routes.cached(parcel.topic) ??
        (await this.#routes.toSend(parcel.topic, this.#config.newTopicQueues))
      queue = choose ? choose(route) : this.#takeQueue(route, queue?.brokerName)
      const remainingMs = deadline - performance.now()
      if (remainingMs < 1)
        throw clientErrors.SEND_TIMEOUT({ topic: parcel.topic, timeoutMs, attempts: failures })
      try {
        return await this.#attempt(parcel, queue, remainingMs, options.signal)
      } catch (error) {
        if (options.signal?.aborted) throw error
        failures.push(messageOf(error))
        if (deadline - performance.now() < 1) {
          throw clientErrors.SEND_TIMEOUT({ topic: parcel.topic, timeoutMs, attempts: failures }, error)
        }
        if (!mayHelpToRetry(error)) throw error
        // The failed broker may have moved or gone, so the route is asked for again: for the next attempt, or else the
        // next send. If that fails, the old route stays.
        const refreshed = this.#routes.refresh(parcel.topic).catch(() => undefined)
        if (attempt >= attemptsMax) throw error
        await refreshed
        const pauseMs = this.#busyPauseMs(error, queue, attempt)
        if (pauseMs >= deadline - performance.now()) throw error
        if (pauseMs > 0)
          await pause(pauseMs, undefined, { ...(options.signal && { signal: options.signal }) })
      }
    }
  }

  /** Sends without waiting for an answer. */
  async deliverOneway(
    parcel: Parcel,
    choose: ((route: TopicRoute) => MessageQueue) | undefined,
  ): Promise<void> {
    const route = await this.#routes.toSend(parcel.topic, this.#config.newTopicQueues)
    const queue = choose ? choose(route) : this.#takeQueue(route, undefined)
    await this.#brokers.oneway(queue.brokerName, parcel.command, this.#fieldsOf(parcel, queue), {
      body: parcel.body,
    })
  }

  async #attempt(
    parcel: Parcel,
    queue: MessageQueue,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Delivered> {
    const startedAt = performance.now()
    const fields = this.#fieldsOf(parcel, queue)
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
      this.#onStored?.(parcel, delivered, fields.bornTimestamp)
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

  /** The pause before the only broker is asked again when it is busy; with others there is no need to wait. */
  #busyPauseMs(error: unknown, { topic, brokerName }: MessageQueue, attempt: number): number {
    if (!isRocketeerError(error, 'BROKER_BUSY')) return 0
    const others = this.#routes.cached(topic)?.writeQueues.some((queue) => queue.brokerName !== brokerName)
    return others ? 0 : Math.min(BUSY_PAUSE_MS * 2 ** (attempt - 1), BUSY_PAUSE_MS_MAX)
  }

  #fieldsOf(parcel: Parcel, queue: MessageQueue) {
    return {
      producerGroup: this.#config.group,
      topic: parcel.topic,
      defaultTopic: SystemTopic.AUTO_CREATE,
      defaultTopicQueueNums: this.#config.newTopicQueues,
      queueId: queue.queueId,
      sysFlag: parcel.sysFlag,
      bornTimestamp: this.#clock.now(),
      flag: parcel.flag,
      properties: parcel.properties,
      reconsumeTimes: parcel.reconsumeTimes ?? 0,
      unitMode: false,
      maxReconsumeTimes: parcel.retriesMax,
      batch: parcel.batch,
      bname: queue.brokerName,
    }
  }

  /** In turn, but not the broker that just failed, nor one that is avoided, if there is a choice. */
  #takeQueue(route: TopicRoute, failedBroker: string | undefined): MessageQueue {
    const queues = route.writeQueues
    const faults = this.#faults
    if (faults === undefined && failedBroker === undefined) return this.#rotation.take(queues)!
    const now = this.#clock.now()
    const isOther = (queue: MessageQueue) => queue.brokerName !== failedBroker
    return (
      this.#rotation.take(
        queues,
        (queue) => isOther(queue) && (faults?.isAvailable(queue.brokerName, now) ?? true),
      ) ??
      this.#rotation.take(queues, isOther) ??
      this.#rotation.take(queues)!
    )
  }
}

function mayHelpToRetry(error: unknown): boolean {
  if (!isRocketeerError(error)) return false
  const answer = answerOf(error)
  return answer !== undefined ? RETRY_ANSWERS.has(answer) : error.retryable
}
