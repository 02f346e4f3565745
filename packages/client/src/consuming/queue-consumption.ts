import type { FileSystem } from '@rocketeer/files'
import { type Clock, isRocketeerError } from '@rocketeer/foundation'
import type { ConsumeRates } from '../handling/consume-rates.js'
import { FailureNotes } from '../handling/failure-notes.js'
import type { HandlerRunner } from '../handling/handler-runner.js'
import { TaskPool } from '../handling/task-pool.js'
import type { Heartbeats } from '../heartbeats.js'
import { Popping } from '../popping/popping.js'
import type { Problems } from '../problems.js'
import { ConcurrentHandling } from '../pulling/concurrent-handling.js'
import { LocalOffsetStore } from '../pulling/local-offset-store.js'
import type { OffsetStore } from '../pulling/offset-store.js'
import { OrderedHandling } from '../pulling/ordered-handling.js'
import type { PullHandling } from '../pulling/pull-handling.js'
import { PulledQueues } from '../pulling/pulled-queues.js'
import { QueueLocks } from '../pulling/queue-locks.js'
import { RemoteOffsetStore } from '../pulling/remote-offset-store.js'
import { startOffsetOf } from '../pulling/start-offset.js'
import { PausedQueues } from '../reading/paused-queues.js'
import { type Subscription, subscriptionOf } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import { SendBack } from '../sending/send-back.js'
import type { ConsumerConfig } from './consumer-options.js'

interface QueueConsumptionNeeds {
  config: ConsumerConfig
  clientId: string
  /** Names the directory of a broadcasting consumer's offsets; the same when the program runs again. */
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
  /** Called when a queue was given up that this member may get back. */
  onGivenUp: () => void
  /** Called when a broker does not have a queue, or its topic, any more. */
  onQueueRefused: (queue: MessageQueue) => void
  problems: Problems
}

/** What a push consumer does with its queues: pulls or pops them, and brings every message to its handler. */
export class QueueConsumption {
  readonly pulled: PulledQueues
  readonly popping: Popping
  readonly #needs: QueueConsumptionNeeds
  readonly #paused = new PausedQueues()
  readonly #handling: PullHandling
  /** Only of consumers that broadcast. */
  readonly #localOffsets: LocalOffsetStore | undefined
  /** Only of consumers in order that do not broadcast. */
  readonly #locks: QueueLocks | undefined

  constructor(needs: QueueConsumptionNeeds) {
    this.#needs = needs
    const { config } = needs
    this.#locks = config.ordered && config.mode === 'clustering' ? this.#makeLocks() : undefined
    const handlingNeeds = {
      ...needs,
      // Limits the running handlers, of pulled and popped messages together.
      pool: new TaskPool(config.concurrency),
      sendBack: new SendBack(needs),
      notes: new FailureNotes(needs),
      locks: this.#locks,
    }
    this.#handling = config.ordered
      ? new OrderedHandling(handlingNeeds)
      : new ConcurrentHandling(handlingNeeds)
    this.#localOffsets = config.mode === 'broadcasting' ? this.#makeLocalOffsets() : undefined
    this.pulled = this.#makePulled()
    this.popping = new Popping({
      ...handlingNeeds,
      subscriptionOf: (topic) => this.#subscriptionOf(topic),
      paused: this.#paused,
    })
  }

  get queues(): MessageQueue[] {
    return [...this.pulled.readers.map((reader) => reader.queue), ...this.popping.queues]
  }

  /**
   * Takes the file of a broadcasting consumer's offsets. Throws `OFFSETS_IN_USE`. A disk that cannot be written is a
   * problem, but keeps nobody from handling messages.
   */
  async open(): Promise<void> {
    try {
      await this.#localOffsets?.open()
    } catch (error) {
      if (isRocketeerError(error, 'OFFSETS_IN_USE')) throw error
      this.#needs.problems.report(error)
    }
  }

  /**
   * Assigns exactly these queues of the topic to this consumer; resolves to false when some could not be had. When a
   * topic changes from pulling to popping, its offsets are committed before the first pop, which begins there; in the
   * other direction, popping stops before the first pull.
   */
  async assign(
    topic: string,
    pulled: readonly MessageQueue[],
    popped: readonly MessageQueue[],
  ): Promise<boolean> {
    if (popped.length === 0) this.#assignPops(topic, popped)
    const balanced = await this.pulled.assign(topic, pulled)
    this.#assignPops(topic, popped)
    return balanced
  }

  pause(queues?: readonly MessageQueue[], by?: string): void {
    this.#paused.pause(queues, by)
    this.#applyPauses()
  }

  resume(queues?: readonly MessageQueue[], by?: string): void {
    this.#paused.resume(queues, by)
    this.#applyPauses()
  }

  /** Called when the connection to a broker broke. */
  disconnected(brokerName: string): void {
    this.#locks?.doubt(brokerName)
  }

  /**
   * Reads no more and starts no more handlers. Resolves when popped messages that no handler has begun are given back.
   */
  stop(): Promise<void> {
    this.pulled.stop()
    return this.popping.stop()
  }

  /** Waits for running handlers, then commits and acknowledges what they did. */
  async close(timeoutMs: number, reason: unknown): Promise<void> {
    try {
      const finished = await this.#handling.close(timeoutMs, reason)
      await this.popping.close(reason)
      // The queue of a handler that still runs stays locked until the lock expires.
      await this.pulled.close({ unlock: finished })
    } finally {
      this.#localOffsets?.close()
    }
  }

  #applyPauses(): void {
    this.pulled.applyPauses()
    this.popping.applyPauses()
  }

  #assignPops(topic: string, popped: readonly MessageQueue[]): void {
    if (this.popping.assign(topic, popped)) this.#needs.onChange()
  }

  #makeLocks(): QueueLocks {
    return new QueueLocks({
      ...this.#needs,
      group: this.#needs.config.group,
      onLost: (queues) => this.pulled.lose(queues),
      onConfirmed: (queues) => this.pulled.resume(queues),
    })
  }

  #makePulled(): PulledQueues {
    const { config, brokers, subscriptions } = this.#needs
    const offsets: OffsetStore = this.#localOffsets ?? new RemoteOffsetStore(config.group, brokers)
    return new PulledQueues({
      ...this.#needs,
      subscriptionOf: (topic) => this.#subscriptionOf(topic),
      sendSubscription: (topic) => !subscriptions.has(topic),
      offsets,
      commitOnPull: config.mode === 'clustering',
      offsetsFollow: true,
      startOffset: (queue) => startOffsetOf({ queue, startFrom: this.#startFromIn(queue), offsets, brokers }),
      paused: this.#paused,
      locks: this.#locks,
      recipient: this.#handling,
    })
  }

  #makeLocalOffsets(): LocalOffsetStore {
    const { config, files, localId } = this.#needs
    const { group, localOffsetsDirectory: directory } = config
    return new LocalOffsetStore({ files, directory, clientId: localId, group })
  }

  /** A topic without a subscription is a retry topic for pops: all its messages are this group's. */
  #subscriptionOf(topic: string): Subscription {
    return this.#needs.subscriptions.get(topic) ?? subscriptionOf(topic, '*', 0)
  }

  #startFromIn({ topic }: MessageQueue): ConsumerConfig['startFrom'] {
    return this.#needs.subscriptions.has(topic) ? this.#needs.config.startFrom : 'first'
  }
}
