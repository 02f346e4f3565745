import type { FileSystem } from '@rocketeer/files'
import type { Clock } from '@rocketeer/foundation'
import type { ConsumeRates } from '../handling/consume-rates.js'
import type { HandlerRunner } from '../handling/handler-runner.js'
import { TaskPool } from '../handling/task-pool.js'
import type { Heartbeats } from '../heartbeats.js'
import { Popping } from '../popping/popping.js'
import type { Problems } from '../problems.js'
import { ConcurrentDispatcher } from '../pulling/concurrent-dispatcher.js'
import type { Dispatcher } from '../pulling/dispatcher.js'
import { LocalOffsetStore } from '../pulling/local-offset-store.js'
import { OrderedDispatcher } from '../pulling/ordered-dispatcher.js'
import type { PullReader } from '../pulling/pull-reader.js'
import { PulledQueues } from '../pulling/pulled-queues.js'
import { QueueLocks } from '../pulling/queue-locks.js'
import { RemoteOffsetStore } from '../pulling/remote-offset-store.js'
import { startOffsetOf } from '../pulling/start-offset.js'
import { type Subscription, subscriptionOf } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import { SendBack } from '../sending/send-back.js'
import type { ConsumerConfig } from './consumer-options.js'

export interface QueueConsumptionNeeds {
  config: ConsumerConfig
  clientId: string
  /** The directory of a broadcasting consumer's offsets; the same when the program runs again. */
  localId: string
  files: FileSystem
  subscriptions: ReadonlyMap<string, Subscription>
  runner: HandlerRunner
  brokers: Brokers
  routes: RouteCache
  heartbeats: Heartbeats
  clock: Clock
  random: () => number
  rates: ConsumeRates
  onChange: () => void
  /** A queue was given up and may be had again. */
  onGivenUp: () => void
  problems: Problems
}

/** What a push consumer does with the queues it has: pulls or pops, hands messages to its handler, and settles them. */
export class QueueConsumption {
  readonly popping: Popping
  readonly #needs: QueueConsumptionNeeds
  /** Handlers that run at the same time, of what is pulled and popped. */
  readonly #pool: TaskPool
  readonly #sendBack: SendBack
  readonly #assigned: PulledQueues
  readonly #dispatcher: Dispatcher
  /** In order, and not broadcasting. */
  #locks: QueueLocks | undefined

  constructor(needs: QueueConsumptionNeeds) {
    this.#needs = needs
    this.#pool = new TaskPool(needs.config.concurrency)
    this.#sendBack = new SendBack(needs)
    this.#assigned = this.#makeAssigned()
    this.#dispatcher = this.#makeDispatcher()
    this.popping = new Popping({
      ...needs,
      subscriptionOf: (topic) => this.#subscriptionOf(topic),
      pool: this.#pool,
      sendBack: this.#sendBack,
      onHeartbeatNeeded: () => needs.heartbeats.soon(),
    })
  }

  get assigned(): PulledQueues {
    return this.#assigned
  }

  get queues(): MessageQueue[] {
    return [...this.#assigned.readers.map((reader) => reader.queue), ...this.popping.queues]
  }

  /**
   * Makes these queues of the topic ours, and no others; false when it did not succeed with all. A topic that was pulled
   * is committed before the broker is asked for what comes behind, and one that was popped is popped no more before it is
   * pulled.
   */
  async assign(
    topic: string,
    pulled: readonly MessageQueue[],
    popped: readonly MessageQueue[],
  ): Promise<boolean> {
    if (popped.length === 0) this.#assignPops(topic, popped)
    const balanced = await this.#assigned.assign(topic, pulled)
    this.#assignPops(topic, popped)
    return balanced
  }

  pause(queues?: readonly MessageQueue[]): void {
    this.#assigned.pause(queues)
    this.popping.pause(queues)
  }

  resume(queues?: readonly MessageQueue[]): void {
    this.#assigned.resume(queues)
    this.popping.resume(queues)
  }

  /** The connection to a broker broke. */
  disconnected(brokerName: string): void {
    this.#locks?.doubt(brokerName)
  }

  /** Reads and begins nothing any more. Resolves when what was popped and not begun is given back. */
  stop(): Promise<void> {
    this.#assigned.stop()
    return this.popping.stop()
  }

  /** Waits for running handlers, then commits and acknowledges what they did. */
  async close(timeoutMs: number, reason: unknown): Promise<void> {
    const finished = await this.#dispatcher.close(timeoutMs, reason)
    await this.popping.close(reason)
    // A handler that runs on has its queue locked until the lock expires.
    await this.#assigned.close({ unlock: finished })
  }

  #goOnWith(queues: readonly MessageQueue[]): void {
    for (const queue of queues) {
      const reader = this.#assigned.readerOf(queue)
      if (reader) this.#dispatcher.resume(reader)
    }
  }

  #assignPops(topic: string, popped: readonly MessageQueue[]): void {
    if (this.popping.assign(topic, popped)) this.#needs.onChange()
  }

  #makeAssigned(): PulledQueues {
    const { config, brokers, heartbeats, localId, files, subscriptions } = this.#needs
    const broadcasting = config.mode === 'broadcasting'
    const offsets = broadcasting
      ? new LocalOffsetStore({
          files,
          directory: config.localOffsetsDirectory,
          clientId: localId,
          group: config.group,
        })
      : new RemoteOffsetStore(config.group, brokers)
    return new PulledQueues({
      ...this.#needs,
      subscriptionOf: (topic) => this.#subscriptionOf(topic),
      sendSubscription: (topic) => !subscriptions.has(topic),
      offsets,
      commitOnPull: !broadcasting,
      startOffset: (queue) => startOffsetOf(queue, this.#startFromIn(queue), offsets, brokers),
      onMessages: (reader, messages) => this.#dispatcher.submit(reader, messages),
      onEmpty: ({ queue, held }) => this.#assigned.progress(queue, held.commitOffset),
      onOffsetMoved: ({ queue }, nextOffset) => void this.#assigned.moveTo(queue, nextOffset),
      onResume: (reader) => this.#dispatcher.resume(reader),
      release: (reader, reason) => this.#dispatcher.release(reader, reason),
      onHeartbeatNeeded: () => heartbeats.soon(),
    })
  }

  #makeDispatcher(): Dispatcher {
    const { config, problems } = this.#needs
    const needs = {
      ...this.#needs,
      pool: this.#pool,
      sendBack: this.#sendBack,
      onProgress: ({ queue, held }: PullReader) => this.#assigned.progress(queue, held.commitOffset),
    }
    if (!config.ordered) return new ConcurrentDispatcher(needs)
    if (config.mode === 'broadcasting') return new OrderedDispatcher({ ...needs, holdsLock: () => true })
    const locks = new QueueLocks({
      ...this.#needs,
      group: config.group,
      onLost: (queues) => this.#assigned.lose(queues),
      onConfirmed: (queues) => this.#goOnWith(queues),
      problems,
    })
    this.#assigned.lockWith(locks)
    this.#locks = locks
    return new OrderedDispatcher({ ...needs, holdsLock: (queue) => locks.holds(queue) })
  }

  /** Not subscribed are the retry topics of what was popped before: the group's own messages, all of them. */
  #subscriptionOf(topic: string): Subscription {
    return this.#needs.subscriptions.get(topic) ?? subscriptionOf(topic, '*', 0)
  }

  #startFromIn({ topic }: MessageQueue): ConsumerConfig['startFrom'] {
    return this.#needs.subscriptions.has(topic) ? this.#needs.config.startFrom : 'first'
  }
}
