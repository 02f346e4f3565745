import { allocateOf } from '../assignment/assignment-options.js'
import { FixedAssignment } from '../assignment/fixed-assignment.js'
import { Rebalancer } from '../assignment/rebalancer.js'
import { clientErrors } from '../errors.js'
import type { Message } from '../messages/received-message.js'
import type { PullReader } from '../pulling/pull-reader.js'
import { PulledQueues, type QueueBacklog } from '../pulling/pulled-queues.js'
import { RemoteOffsetStore } from '../pulling/remote-offset-store.js'
import { beginOf, endOf, offsetAt, startOffsetOf } from '../pulling/start-offset.js'
import { PausedQueues } from '../reading/paused-queues.js'
import { type Subscription, subscriptionOf } from '../reading/subscription.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { GroupMember } from './group-member.js'
import { Member, type MemberNeeds } from './member.js'
import { PolledMessages } from './polled-messages.js'
import type { PollOptions, PullConsumerConfig } from './pull-consumer-options.js'

interface PullMemberNeeds extends MemberNeeds {
  config: PullConsumerConfig
}

/**
 * The member of a group that stands behind a `PullConsumer`: it joins the group, keeps its share of the queues and reads
 * ahead what a poll will ask for. Apache: DefaultLitePullConsumerImpl.
 */
export class PullMember extends Member<PullMemberNeeds> implements GroupMember {
  /** Resolves when the member has its first queues. */
  readonly ready: Promise<void>
  readonly consumeType = 'CONSUME_ACTIVELY'
  readonly ordered = false
  readonly concurrency = 1
  readonly #subscriptions: ReadonlyMap<string, Subscription>
  readonly #paused = new PausedQueues()
  readonly #polled = new PolledMessages(() => this.#pulled.readers)
  readonly #pulled: PulledQueues
  readonly #rebalancer: Rebalancer | undefined
  readonly #fixed: FixedAssignment
  #polling = false

  constructor(given: PullMemberNeeds) {
    super(given)
    const { config, clock } = this.needs
    const subscribe = Object.entries(config.subscribe ?? {})
    this.#subscriptions = new Map(
      subscribe.map(([topic, expression]) => [topic, subscriptionOf(topic, expression, clock.now())]),
    )
    this.#pulled = this.#makePulled()
    this.#rebalancer = config.subscribe && this.#makeRebalancer()
    this.#fixed = new FixedAssignment({ ...this.needs, pulled: this.#pulled })
    this.ready = this.#start()
    this.ready.catch(() => undefined)
  }

  get queues(): MessageQueue[] {
    return this.#pulled.readers.map(({ queue }) => queue)
  }

  get backlog(): QueueBacklog[] {
    return this.#pulled.backlog
  }

  get subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()]
  }

  async poll({ messagesMax = 32, waitMs = 5_000, signal }: PollOptions): Promise<Message[]> {
    this.checkOpen()
    if (this.#polling) throw clientErrors.POLL_UNDER_WAY({ group: this.group })
    signal?.throwIfAborted()
    this.#polling = true
    try {
      this.#finishGiven()
      const { clock } = this.needs
      const deadline = clock.now() + waitMs
      let messages = this.#polled.take(messagesMax)
      while (messages.length === 0 && clock.now() < deadline) {
        await this.#polled.wait(clock, deadline - clock.now(), signal)
        this.checkOpen()
        messages = this.#polled.take(messagesMax)
      }
      this.needs.tracer?.polled(this.group, messages)
      return messages
    } finally {
      this.#polling = false
    }
  }

  async commit(): Promise<void> {
    this.checkOpen()
    this.#polled.finish()
    this.#noteProgress()
    await this.#pulled.commit()
  }

  async assign(queues: readonly MessageQueue[]): Promise<void> {
    this.checkOpen()
    if (this.#rebalancer) throw clientErrors.ASSIGNED_BY_GROUP({ group: this.group })
    await this.#fixed.assign(queues)
  }

  position(queue: MessageQueue): number {
    return this.#polled.positionIn(this.#readerOf(queue))
  }

  seek(queue: MessageQueue, offset: number): void {
    this.#polled.giveUp(this.#readerOf(queue))
    this.#pulled.seek(queue, offset)
  }

  seekToFirst(queues: readonly MessageQueue[]): Promise<void> {
    return this.#seekAll(queues, (queue) => beginOf(queue, this.needs.brokers))
  }

  seekToLast(queues: readonly MessageQueue[]): Promise<void> {
    return this.#seekAll(queues, (queue) => endOf(queue, this.needs.brokers))
  }

  seekToTime(time: Date, queues: readonly MessageQueue[]): Promise<void> {
    return this.#seekAll(queues, (queue) => this.offsetForTime(queue, time))
  }

  offsetForTime(queue: MessageQueue, time: Date): Promise<number> {
    return offsetAt(queue, time.getTime(), this.needs.brokers)
  }

  pause(queues?: readonly MessageQueue[]): void {
    this.#paused.pause(queues)
    this.#pulled.applyPauses()
  }

  resume(queues?: readonly MessageQueue[]): void {
    this.#paused.resume(queues)
    this.#pulled.applyPauses()
  }

  async rebalance(): Promise<void> {
    await this.#rebalancer?.now()
  }

  async resetOffsets(offsets: readonly (readonly [queue: MessageQueue, offset: number])[]): Promise<void> {
    await Promise.all(offsets.map(([queue, offset]) => this.#pulled.moveTo(queue, offset)))
    await this.rebalance()
  }

  protected async end(): Promise<void> {
    const fixed = this.#fixed.close()
    this.#pulled.stop()
    this.#polled.wake()
    await Promise.all([fixed, this.#rebalancer?.close()])
    await this.#pulled.close({ unlock: true })
  }

  async #start(): Promise<void> {
    await this.findBrokers(this.#subscriptions.keys())
    if (this.#rebalancer) {
      await this.join()
      await this.#rebalancer.now()
    } else await this.assign(this.needs.config.assign ?? [])
    this.checkOpen()
  }

  /** The messages of the poll before are done. Without `autoCommit` that only makes room in the backlog. */
  #finishGiven(): void {
    this.#polled.finish()
    if (this.needs.config.autoCommit) this.#noteProgress()
  }

  #noteProgress(): void {
    for (const reader of this.#pulled.readers) this.#pulled.noteProgress(reader)
  }

  #readerOf(queue: MessageQueue): PullReader {
    const reader = this.#pulled.readerOf(queue)
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

  #makePulled(): PulledQueues {
    const { config, brokers } = this.needs
    const offsets = new RemoteOffsetStore(config.group, brokers)
    return new PulledQueues({
      ...this.needs,
      subscriptionOf: (topic) => this.#subscriptions.get(topic) ?? subscriptionOf(topic, '*', 0),
      sendSubscription: () => true,
      offsets,
      commitOnPull: false,
      offsetsFollow: false,
      startOffset: (queue) => startOffsetOf({ queue, startFrom: config.startFrom, offsets, brokers }),
      paused: this.#paused,
      recipient: this.#polled,
      onChange: (queues) => this.emit('queues', queues),
      onGivenUp: () => void (this.#rebalancer ?? this.#fixed).now(),
      onQueueRefused: config.subscribe && (({ topic }) => void this.#rebalancer?.lookAgain(topic)),
    })
  }

  #makeRebalancer(): Rebalancer {
    return new Rebalancer({
      ...this.needs,
      group: this.group,
      topics: [...this.#subscriptions.keys()],
      allocate: allocateOf(this.needs.config),
      intervalMs: this.needs.config.rebalanceIntervalMs,
      twins: this.twinWatch(this.#subscriptions.keys()),
      assign: (topic, queues) => this.#pulled.assign(topic, queues),
    })
  }
}
