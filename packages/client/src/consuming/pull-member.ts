import { EventEmitter } from 'node:events'
import type { Clock } from '@rocketeer/foundation'
import { allocateOf } from '../assignment/assignment-options.js'
import { FixedAssignment } from '../assignment/fixed-assignment.js'
import { Rebalancer } from '../assignment/rebalancer.js'
import { clientErrors } from '../errors.js'
import type { Heartbeats } from '../heartbeats.js'
import type { Message } from '../messages/received-message.js'
import type { Problems } from '../problems.js'
import type { PullReader } from '../pulling/pull-reader.js'
import { PulledQueues, type QueueBacklog } from '../pulling/pulled-queues.js'
import { RemoteOffsetStore } from '../pulling/remote-offset-store.js'
import { beginOf, endOf, offsetAt, startOffsetOf } from '../pulling/start-offset.js'
import { type Subscription, subscriptionOf } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { Tracer } from '../trace/tracer.js'
import { consumerDataOf } from './consumer-data.js'
import type { GroupMember } from './group-member.js'
import { PolledMessages } from './polled-messages.js'
import type { PollOptions, PullConsumerConfig } from './pull-consumer-options.js'

export interface PullMemberNeeds {
  config: PullConsumerConfig
  clientId: string
  brokers: Brokers
  routes: RouteCache
  heartbeats: Heartbeats
  tracer: Tracer | undefined
  clock: Clock
  problems: Problems
  random: () => number
  /** Leaves the group at the brokers. */
  onClose: () => Promise<void>
}

export interface PullConsumerEvents {
  /** A failure in the background that is tried again by itself. */
  problem: [error: unknown]
  /** The queues this consumer reads have changed. */
  queues: [queues: MessageQueue[]]
  /** The consumer has left its group. */
  close: []
}

/**
 * The member of a group that stands behind a `PullConsumer`: it joins the group, keeps its share of the queues and reads
 * ahead what a poll will ask for. Apache: DefaultLitePullConsumerImpl.
 */
export class PullMember extends EventEmitter<PullConsumerEvents> implements GroupMember {
  readonly group: string
  /** Resolves when the member has its first queues. */
  readonly ready: Promise<void>
  readonly startedAt: number
  readonly consumeType = 'CONSUME_ACTIVELY'
  readonly ordered = false
  readonly concurrency = 1
  readonly #needs: PullMemberNeeds
  readonly #config: PullConsumerConfig
  readonly #subscriptions: ReadonlyMap<string, Subscription>
  readonly #assigned: PulledQueues
  readonly #pulled: PolledMessages
  readonly #rebalancer: Rebalancer | undefined
  readonly #fixed: FixedAssignment
  #polling = false
  #closing: Promise<void> | undefined

  constructor(needs: PullMemberNeeds) {
    super()
    const { config, clock } = needs
    const problems = needs.problems.within({ part: 'consumer', group: config.group }, ({ error }) => {
      this.emit('problem', error)
    })
    this.#needs = { ...needs, problems }
    this.#config = config
    this.group = config.group
    this.startedAt = clock.now()
    const subscribe = Object.entries(config.subscribe ?? {})
    this.#subscriptions = new Map(
      subscribe.map(([topic, expression]) => [topic, subscriptionOf(topic, expression, clock.now())]),
    )
    this.#assigned = this.#makeAssigned()
    this.#pulled = new PolledMessages(() => this.#assigned.readers)
    this.#rebalancer = config.subscribe && this.#makeRebalancer()
    this.#fixed = new FixedAssignment({ ...this.#needs, assigned: this.#assigned })
    this.ready = this.#start()
    this.ready.catch(() => undefined)
  }

  get queues(): MessageQueue[] {
    return this.#assigned.readers.map(({ queue }) => queue)
  }

  get backlog(): QueueBacklog[] {
    return this.#assigned.backlog
  }

  get subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()]
  }

  async poll({ messagesMax = 32, waitMs = 5_000, signal }: PollOptions): Promise<Message[]> {
    this.#checkOpen()
    if (this.#polling) throw clientErrors.POLL_UNDER_WAY({ group: this.group })
    signal?.throwIfAborted()
    this.#polling = true
    try {
      this.#finishGiven()
      const { clock } = this.#needs
      const deadline = clock.now() + waitMs
      let messages = this.#pulled.take(messagesMax)
      while (messages.length === 0 && clock.now() < deadline) {
        await this.#pulled.wait(clock, deadline - clock.now(), signal)
        this.#checkOpen()
        messages = this.#pulled.take(messagesMax)
      }
      this.#needs.tracer?.polled(this.group, messages)
      return messages
    } finally {
      this.#polling = false
    }
  }

  async commit(): Promise<void> {
    this.#checkOpen()
    this.#pulled.finish()
    this.#noteProgress()
    await this.#assigned.commit()
  }

  async assign(queues: readonly MessageQueue[]): Promise<void> {
    this.#checkOpen()
    if (this.#rebalancer) throw clientErrors.ASSIGNED_BY_GROUP({ group: this.group })
    await this.#fixed.assign(queues)
  }

  position(queue: MessageQueue): number {
    return this.#pulled.positionIn(this.#readerOf(queue))
  }

  seek(queue: MessageQueue, offset: number): void {
    this.#pulled.giveUp(this.#readerOf(queue))
    this.#assigned.seek(queue, offset)
  }

  seekToBegin(queues: readonly MessageQueue[]): Promise<void> {
    return this.#seekAll(queues, (queue) => beginOf(queue, this.#needs.brokers))
  }

  seekToEnd(queues: readonly MessageQueue[]): Promise<void> {
    return this.#seekAll(queues, (queue) => endOf(queue, this.#needs.brokers))
  }

  seekToTime(time: Date, queues: readonly MessageQueue[]): Promise<void> {
    return this.#seekAll(queues, (queue) => this.offsetForTime(queue, time))
  }

  offsetForTime(queue: MessageQueue, time: Date): Promise<number> {
    return offsetAt(queue, time.getTime(), this.#needs.brokers)
  }

  pause(queues?: readonly MessageQueue[]): void {
    this.#assigned.pause(queues)
  }

  resume(queues?: readonly MessageQueue[]): void {
    this.#assigned.resume(queues)
  }

  async rebalance(): Promise<void> {
    await this.#rebalancer?.now()
  }

  async resetOffsets(offsets: readonly (readonly [queue: MessageQueue, offset: number])[]): Promise<void> {
    await Promise.all(offsets.map(([queue, offset]) => this.#assigned.moveTo(queue, offset)))
    await this.rebalance()
  }

  get closing(): boolean {
    return this.#closing !== undefined
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #start(): Promise<void> {
    const { routes, heartbeats } = this.#needs
    await Promise.allSettled([...this.#subscriptions.keys()].map((topic) => routes.find(topic)))
    this.#checkOpen()
    if (this.#rebalancer) {
      const { consumeType, subscriptions } = this
      const data = consumerDataOf({ ...this.#config, consumeType, mode: 'clustering', subscriptions })
      heartbeats.joinConsumer(this.group, () => data)
      await heartbeats.beat()
      await this.#rebalancer.now()
    } else await this.assign(this.#config.assign ?? [])
    this.#checkOpen()
  }

  /** What was given before is done; for those who commit themselves that only makes room. */
  #finishGiven(): void {
    this.#pulled.finish()
    if (this.#config.autoCommit) this.#noteProgress()
  }

  #noteProgress(): void {
    for (const { queue, held } of this.#assigned.readers) this.#assigned.progress(queue, held.commitOffset)
  }

  #readerOf(queue: MessageQueue): PullReader {
    const reader = this.#assigned.readerOf(queue)
    if (reader) return reader
    throw clientErrors.QUEUE_NOT_ASSIGNED({ ...queue })
  }

  async #seekAll(
    queues: readonly MessageQueue[],
    offsetOf: (queue: MessageQueue) => Promise<number>,
  ): Promise<void> {
    const offsets = await Promise.all(queues.map(offsetOf))
    for (const [index, queue] of queues.entries()) this.seek(queue, offsets[index]!)
  }

  #makeAssigned(): PulledQueues {
    const { config, brokers, clock, heartbeats, problems } = this.#needs
    const offsets = new RemoteOffsetStore(config.group, brokers)
    return new PulledQueues({
      config,
      subscriptionOf: (topic) => this.#subscriptions.get(topic) ?? subscriptionOf(topic, '*', 0),
      sendSubscription: () => true,
      offsets,
      commitOnPull: false,
      startOffset: (queue) => startOffsetOf(queue, config.startFrom, offsets, brokers),
      brokers,
      clock,
      onMessages: () => this.#pulled.wake(),
      // With the next poll, or at a commit, that is noted: here it could be ahead of what is done.
      onEmpty: () => undefined,
      onOffsetMoved: (reader, nextOffset) => void this.#assigned.seek(reader.queue, nextOffset),
      onResume: () => this.#pulled.wake(),
      release: async (reader) => {
        reader.drop()
        this.#pulled.giveUp(reader)
      },
      onChange: (queues) => this.emit('queues', queues),
      onGivenUp: () => void (this.#rebalancer ?? this.#fixed).now(),
      onHeartbeatNeeded: () => heartbeats.soon(),
      problems,
    })
  }

  #makeRebalancer(): Rebalancer {
    return new Rebalancer({
      ...this.#needs,
      group: this.group,
      topics: [...this.#subscriptions.keys()],
      allocate: allocateOf(this.#config),
      intervalMs: this.#config.rebalanceIntervalMs,
      assign: (topic, queues) => this.#assigned.assign(topic, queues),
    })
  }

  async #close(): Promise<void> {
    this.#fixed.close()
    this.#assigned.stop()
    this.#pulled.wake()
    await this.#rebalancer?.close()
    await this.#assigned.close({ unlock: true })
    await this.#needs.onClose()
    this.emit('close')
  }

  #checkOpen(): void {
    if (this.#closing) throw clientErrors.CLOSED({ what: 'consumer' })
  }
}
