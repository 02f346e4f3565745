import { EventEmitter } from 'node:events'
import type { Clock, Timer } from '@rocketeer/foundation'
import { type ConsumerData, retryTopicOf } from '@rocketeer/protocol'
import { clientErrors } from '../errors.js'
import type { Heartbeats } from '../heartbeats.js'
import type { Message } from '../messages/received-message.js'
import type { Brokers } from '../routing/brokers.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import { allocateOf, type ConsumerConfig } from './consumer-options.js'
import { Dispatcher, type HandledDirectly } from './dispatcher.js'
import { OffsetStore } from './offset-store.js'
import { QueueReader } from './queue-reader.js'
import { Rebalancer } from './rebalancer.js'
import { startOffsetOf } from './start-offset.js'
import { type Subscription, subscriptionOf } from './subscription.js'

/** Timed-out handlers are looked for this often, or more often when the timeout is shorter. */
const EXPIRE_INTERVAL_MS = 60_000

interface ConsumerNeeds {
  config: ConsumerConfig
  clientId: string
  brokers: Brokers
  routes: RouteCache
  heartbeats: Heartbeats
  clock: Clock
  /** Leaves the group at the brokers. */
  onClose: () => Promise<void>
}

interface ConsumerEvents {
  /** What went wrong and is tried again by itself, among it what handlers threw. */
  problem: [error: unknown]
  /** The queues this consumer reads have changed. */
  queues: [queues: MessageQueue[]]
  close: []
}

/**
 * A push consumer: reads its share of the group's queues and gives the messages to a handler. Every message is handled
 * at least once; offsets are committed up to the lowest unfinished message. `client.consumer()` makes one.
 */
export class Consumer extends EventEmitter<ConsumerEvents> implements AsyncDisposable {
  readonly group: string
  /**
   * Resolves after the first division of queues. A topic that does not exist yet is reported as a `problem` and joined
   * once it does. Rejects with `CLOSED` when the consumer is closed before.
   */
  readonly ready: Promise<void>
  readonly startedAt: number
  readonly #needs: ConsumerNeeds
  readonly #config: ConsumerConfig
  readonly #subscriptions: ReadonlyMap<string, Subscription>
  readonly #offsets: OffsetStore
  readonly #dispatcher: Dispatcher
  readonly #rebalancer: Rebalancer
  readonly #readers = new Map<string, QueueReader>()
  readonly #timers: Timer[]
  #closing: Promise<void> | undefined

  constructor(needs: ConsumerNeeds) {
    super()
    const { config, clock, brokers } = needs
    this.#needs = needs
    this.#config = config
    this.group = config.group
    this.startedAt = clock.now()
    this.#subscriptions = subscriptionsOf(config, clock.now())
    this.#offsets = new OffsetStore(config.group, brokers)
    const onProblem = (error: unknown) => this.#report(error)
    const onProgress = (reader: QueueReader) => this.#offsets.update(reader.queue, reader.held.commitOffset)
    this.#dispatcher = new Dispatcher({ config, brokers, clock, onProgress, onProblem })
    this.#rebalancer = new Rebalancer({
      ...needs,
      group: config.group,
      topics: [...this.#subscriptions.keys()],
      allocate: allocateOf(config),
      intervalMs: config.rebalanceIntervalMs,
      assign: (topic, queues) => this.#assign(topic, queues),
      onProblem,
    })
    this.#timers = [
      clock.every(config.persistOffsetIntervalMs, () => this.#persistAll()),
      clock.every(Math.min(EXPIRE_INTERVAL_MS, config.consumeTimeoutMs), () => this.#expire()),
    ]
    this.ready = this.#start()
    // Whoever does not wait for it hears of problems by the event.
    this.ready.catch(() => undefined)
  }

  /** The queues this consumer reads now. */
  get queues(): MessageQueue[] {
    return [...this.#readers.values()].map((reader) => reader.queue)
  }

  /** What is held of each queue, for monitoring. */
  get backlog(): {
    queue: MessageQueue
    messages: number
    bytes: number
    commitOffset: number
    lastPullAt: number
  }[] {
    return [...this.#readers.values()].map(({ queue, held, lastPullAt }) => ({
      queue,
      messages: held.messages,
      bytes: held.bytes,
      commitOffset: held.commitOffset,
      lastPullAt,
    }))
  }

  get subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()]
  }

  get concurrency(): number {
    return this.#config.concurrency
  }

  /** The group has changed: divides the queues again. */
  rebalance(): Promise<void> {
    return this.#rebalancer.now()
  }

  /** Has the handler handle one message now, whatever queue it is in; offsets and retries are not touched. */
  handleDirectly(message: Message): Promise<HandledDirectly> {
    return this.#dispatcher.handleDirectly(message)
  }

  /** Goes on at other offsets in the queues named, and drops what is held of them. */
  async resetOffsets(offsets: readonly (readonly [queue: MessageQueue, offset: number])[]): Promise<void> {
    for (const [queue, offset] of offsets) {
      const reader = this.#readers.get(queueKey(queue))
      if (reader) await this.#moveTo(reader, offset)
    }
    await this.#rebalancer.now()
  }

  /**
   * Reads no more, waits for running handlers (`closeTimeoutMs`), commits, and leaves the group, whose other members
   * take over at once. Messages not begun go to them.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #start(): Promise<void> {
    const { routes, heartbeats } = this.#needs
    const topics = Object.keys(this.#config.subscribe)
    // Before the first heartbeat we need to know brokers to send it to.
    await Promise.allSettled(topics.map((topic) => routes.find(topic)))
    this.#checkOpen()
    heartbeats.joinConsumer(this.group, () => this.#describe())
    await heartbeats.beat()
    await this.#rebalancer.now()
    this.#checkOpen()
  }

  async #assign(topic: string, wanted: readonly MessageQueue[]): Promise<boolean> {
    const keys = new Set(wanted.map(queueKey))
    const lost = [...this.#readers.values()].filter(
      (reader) => reader.queue.topic === topic && !keys.has(queueKey(reader.queue)),
    )
    await Promise.all(lost.map((reader) => this.#release(reader)))
    const gained = wanted.filter((queue) => !this.#readers.has(queueKey(queue)))
    const added = await Promise.all(gained.map((queue) => this.#add(queue)))
    if (lost.length > 0 || added.includes(true)) this.emit('queues', this.queues)
    return added.every((done) => done)
  }

  async #add(queue: MessageQueue): Promise<boolean> {
    try {
      this.#offsets.forget(queue)
      const { brokers, clock, heartbeats } = this.#needs
      const startOffset = await startOffsetOf(queue, this.#config.startFrom, this.#offsets, brokers)
      if (this.#closing) return true
      const reader = new QueueReader({
        config: this.#config,
        queue,
        startOffset,
        subscription: this.#subscriptions.get(queue.topic)!,
        brokers,
        clock,
        committed: () => this.#offsets.committed(queue),
        onMessages: (from, messages) => this.#dispatcher.submit(from, messages),
        onEmpty: (from) => this.#offsets.update(queue, from.held.commitOffset),
        onOffsetMoved: (from, nextOffset) =>
          void this.#moveTo(from, nextOffset).then(() => this.#rebalancer.now()),
        onHeartbeatNeeded: () => heartbeats.soon(),
        onProblem: (error) => this.#report(error),
      })
      this.#readers.set(queueKey(queue), reader)
      void reader.run()
      return true
    } catch (error) {
      this.#report(error)
      return false
    }
  }

  /** Another member reads this queue from now on. */
  async #release(reader: QueueReader): Promise<void> {
    this.#readers.delete(queueKey(reader.queue))
    reader.drop()
    this.#dispatcher.abandon(
      reader,
      clientErrors.CLOSED({ what: `queue ${queueKey(reader.queue)} of this consumer` }),
    )
    await this.#persist(reader.queue)
    this.#offsets.forget(reader.queue)
  }

  /** The next rebalance reads the offset back and starts there. Apache: OFFSET_ILLEGAL in DefaultMQPushConsumerImpl. */
  async #moveTo(reader: QueueReader, offset: number): Promise<void> {
    reader.drop()
    this.#offsets.update(reader.queue, offset)
    await this.#persist(reader.queue)
    this.#readers.delete(queueKey(reader.queue))
  }

  async #persistAll(): Promise<void> {
    await Promise.all(this.#offsets.queues().map((queue) => this.#persist(queue)))
  }

  async #persist(queue: MessageQueue): Promise<void> {
    await this.#offsets.persist(queue).catch((error: unknown) => this.#report(error))
  }

  async #expire(): Promise<void> {
    await Promise.all([...this.#readers.values()].map((reader) => this.#dispatcher.expire(reader)))
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel()
    const rebalanced = this.#rebalancer.close()
    for (const reader of this.#readers.values()) reader.stop()
    await rebalanced
    for (const reader of this.#readers.values()) reader.stop()
    await this.#dispatcher.close(this.#config.closeTimeoutMs, clientErrors.CLOSED({ what: 'consumer' }))
    for (const reader of this.#readers.values()) reader.drop()
    await this.#persistAll()
    this.#readers.clear()
    await this.#needs.onClose()
    this.emit('close')
  }

  #checkOpen(): void {
    if (this.#closing) throw clientErrors.CLOSED({ what: 'consumer' })
  }

  #describe(): ConsumerData {
    const { startFrom } = this.#config
    return {
      groupName: this.group,
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: 'CLUSTERING',
      consumeFromWhere: startFromName(startFrom),
      subscriptionDataSet: this.subscriptions.map(subscriptionDataOf),
      unitMode: false,
    }
  }

  #report(error: unknown): void {
    this.emit('problem', error)
  }
}

/** What was asked for and the group's own retry topic. */
function subscriptionsOf({ subscribe, group }: ConsumerConfig, version: number): Map<string, Subscription> {
  const wanted = { ...subscribe, [retryTopicOf(group)]: '*' }
  return new Map(
    Object.entries(wanted).map(([topic, expression]) => [topic, subscriptionOf(topic, expression, version)]),
  )
}

export function subscriptionDataOf(subscription: Subscription) {
  return {
    classFilterMode: false,
    topic: subscription.topic,
    subString: subscription.expression,
    tagsSet: [...subscription.tags],
    codeSet: [...subscription.tagCodes],
    subVersion: subscription.version,
    expressionType: 'TAG',
  }
}

function startFromName(startFrom: ConsumerConfig['startFrom']): string {
  if (startFrom === 'first') return 'CONSUME_FROM_FIRST_OFFSET'
  return startFrom === 'last' ? 'CONSUME_FROM_LAST_OFFSET' : 'CONSUME_FROM_TIMESTAMP'
}
