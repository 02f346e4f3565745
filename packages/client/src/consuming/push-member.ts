import { EventEmitter } from 'node:events'
import type { FileSystem } from '@rocketeer/files'
import type { Clock } from '@rocketeer/foundation'
import { allocateOf } from '../assignment/assignment-options.js'
import { BrokerAssignment, strategyNameOf } from '../assignment/broker-assignment.js'
import { Rebalancer } from '../assignment/rebalancer.js'
import { clientErrors } from '../errors.js'
import { ConsumeRates } from '../handling/consume-rates.js'
import { type HandledDirectly, HandlerRunner } from '../handling/handler-runner.js'
import type { Heartbeats } from '../heartbeats.js'
import type { Message } from '../messages/received-message.js'
import type { PopCounts } from '../popping/pop-counts.js'
import type { PoppedBacklog } from '../popping/popped-queues.js'
import type { Problems } from '../problems.js'
import type { QueueBacklog } from '../pulling/pulled-queues.js'
import { type Subscription, subscriptionsOf, subscriptionsText } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { Tracer } from '../trace/tracer.js'
import { checkExpressions } from './check-expressions.js'
import { consumerDataOf } from './consumer-data.js'
import type { ConsumerConfig } from './consumer-options.js'
import type { GroupMember } from './group-member.js'
import { joinGroup } from './group-subscriptions.js'
import { QueueConsumption } from './queue-consumption.js'

export interface PushMemberNeeds {
  config: ConsumerConfig
  clientId: string
  /** The directory of a broadcasting consumer's offsets; the same when the program runs again. */
  localId: string
  files: FileSystem
  /** Tells this consumer from others of the same name in another cluster. */
  nameservers: readonly string[]
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

export interface ConsumerEvents {
  /** A failure in the background that is tried again by itself; errors thrown by the handler are among them. */
  problem: [error: unknown]
  /** The queues this consumer reads have changed. */
  queues: [queues: MessageQueue[]]
  /** The consumer has left its group. */
  close: []
}

/**
 * The member of a group that stands behind a `Consumer`: it joins the group, keeps its share of the queues and has
 * their messages handled.
 */
export class PushMember extends EventEmitter<ConsumerEvents> implements GroupMember {
  readonly group: string
  /** Resolves when the member has its first queues. */
  readonly ready: Promise<void>
  readonly startedAt: number
  /** For administrators, who are shown them with the running info. */
  readonly rates: ConsumeRates
  readonly #needs: PushMemberNeeds
  readonly #config: ConsumerConfig
  readonly #subscriptions: ReadonlyMap<string, Subscription>
  readonly #runner: HandlerRunner
  readonly #consumption: QueueConsumption
  readonly #rebalancer: Rebalancer
  readonly #problems: Problems
  #leaveGroup: (() => void) | undefined
  /** Every broker has heard of us: pulls are answered. */
  #joined = false
  #closing: Promise<void> | undefined

  constructor(needs: PushMemberNeeds) {
    super()
    const { config, clock } = needs
    const problems = needs.problems.within({ part: 'consumer', group: config.group }, ({ error }) => {
      this.emit('problem', error)
    })
    this.#problems = problems
    this.#needs = { ...needs, problems }
    this.#config = config
    this.group = config.group
    this.startedAt = clock.now()
    this.#subscriptions = subscriptionsOf(config, clock.now())
    this.rates = new ConsumeRates(clock)
    this.#runner = new HandlerRunner(config, needs.tracer, this.rates)
    this.#consumption = new QueueConsumption({
      ...needs,
      subscriptions: this.#subscriptions,
      runner: this.#runner,
      rates: this.rates,
      onChange: () => this.emit('queues', this.queues),
      onGivenUp: () => void this.#rebalancer.now(),
      problems,
    })
    this.#rebalancer = new Rebalancer({
      ...needs,
      group: config.group,
      topics: [...this.#subscriptions.keys()],
      // Broadcast to all: the other members do not matter.
      allocate: config.mode === 'broadcasting' ? 'everything' : allocateOf(config),
      assignment: brokerAssignmentOf(needs),
      intervalMs: config.rebalanceIntervalMs,
      assign: (topic, pulled, popped) => this.#consumption.assign(topic, pulled, popped),
      problems,
    })
    this.ready = this.#start()
    // Whoever does not wait for it hears of problems by the event.
    this.ready.catch((error: unknown) => this.#onStartFailed(error))
  }

  get queues(): MessageQueue[] {
    return this.#consumption.queues
  }

  get backlog(): QueueBacklog[] {
    return this.#consumption.assigned.backlog
  }

  get popBacklog(): PoppedBacklog[] {
    return this.#consumption.popping.backlog
  }

  get popCounts(): PopCounts {
    return this.#consumption.popping.counts
  }

  get subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()]
  }

  get concurrency(): number {
    return this.#config.concurrency
  }

  readonly consumeType = 'CONSUME_PASSIVELY'

  get ordered(): boolean {
    return this.#config.ordered
  }

  /** The group has changed: divides the queues again. */
  async rebalance(): Promise<void> {
    if (this.#joined) await this.#rebalancer.now()
  }

  /** The connection to a broker broke: in order its queues wait until it has confirmed their locks. */
  disconnected(brokerName: string): void {
    this.#consumption.disconnected(brokerName)
  }

  /** Has the handler handle one message now, whatever queue it is in; offsets and retries are not touched. */
  handleDirectly(message: Message): Promise<HandledDirectly> {
    return this.#runner.runDirectly(message)
  }

  /** Goes on at other offsets in the queues named, and drops what is held of them. */
  async resetOffsets(offsets: readonly (readonly [queue: MessageQueue, offset: number])[]): Promise<void> {
    await Promise.all(offsets.map(([queue, offset]) => this.#consumption.assigned.moveTo(queue, offset)))
    await this.#rebalancer.now()
  }

  pause(queues?: readonly MessageQueue[]): void {
    this.#consumption.pause(queues)
  }

  resume(queues?: readonly MessageQueue[]): void {
    this.#consumption.resume(queues)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #start(): Promise<void> {
    const { routes, heartbeats } = this.#needs
    const topics = Object.keys(this.#config.subscribe)
    // Before the first heartbeat we need to know brokers to send it to.
    await Promise.allSettled(topics.map((topic) => routes.find(topic)))
    this.#checkOpen()
    await checkExpressions(this.subscriptions, { ...this.#needs, group: this.group })
    this.#checkOpen()
    this.#leaveGroup = joinGroup(this.#needs.nameservers, this.group, {
      clientId: this.#needs.clientId,
      subscribe: subscriptionsText(this.subscriptions),
      report: this.#problems.report,
    })
    const { consumeType, subscriptions } = this
    const data = consumerDataOf({ ...this.#config, consumeType, subscriptions })
    heartbeats.joinConsumer(this.group, () => data)
    await heartbeats.beat()
    this.#joined = true
    await this.#rebalancer.now()
    this.#checkOpen()
  }

  #onStartFailed(error: unknown): void {
    if (this.#closing) return
    this.#problems.report(error)
    void this.close()
  }

  async #close(): Promise<void> {
    this.#leaveGroup?.()
    const rebalanced = this.#rebalancer.close()
    const stopped = this.#consumption.stop()
    await rebalanced
    // That round may have added queues.
    await Promise.all([stopped, this.#consumption.stop()])
    await this.#consumption.close(this.#config.closeTimeoutMs, clientErrors.CLOSED({ what: 'consumer' }))
    await this.#needs.onClose()
    this.emit('close')
  }

  #checkOpen(): void {
    if (this.#closing) throw clientErrors.CLOSED({ what: 'consumer' })
  }
}

/** In order and broadcasting the client divides, as Apache's (RebalancePushImpl.clientRebalance). */
function brokerAssignmentOf({
  config,
  clientId,
  brokers,
  random,
}: PushMemberNeeds): BrokerAssignment | undefined {
  if (config.assignedBy === 'client' || config.ordered || config.mode === 'broadcasting') return undefined
  const strategyName = strategyNameOf(config.allocate)
  if (strategyName === undefined) return undefined
  return new BrokerAssignment({ group: config.group, clientId, strategyName, brokers, random })
}
