import type { FileSystem } from '@rocketeer/files'
import { allocateOf } from '../assignment/assignment-options.js'
import { BrokerAssignment, strategyNameOf } from '../assignment/broker-assignment.js'
import { Rebalancer } from '../assignment/rebalancer.js'
import { clientErrors } from '../errors.js'
import { ConsumeRates } from '../handling/consume-rates.js'
import { type HandledDirectly, HandlerRunner } from '../handling/handler-runner.js'
import type { Message } from '../messages/received-message.js'
import type { PopCounts } from '../popping/pop-outcomes.js'
import type { PoppedBacklog } from '../popping/popped-queues.js'
import type { QueueBacklog } from '../pulling/pulled-queues.js'
import { type Subscription, subscriptionsOf, subscriptionsText } from '../reading/subscription.js'
import type { MessageQueue } from '../routing/message-queue.js'
import { checkExpressions } from './check-expressions.js'
import type { ConsumerConfig } from './consumer-options.js'
import type { GroupMember } from './group-member.js'
import { joinGroup } from './group-subscriptions.js'
import { Member, type MemberNeeds } from './member.js'
import { QueueConsumption } from './queue-consumption.js'

interface PushMemberNeeds extends MemberNeeds {
  config: ConsumerConfig
  /** Names the directory of a broadcasting consumer's offsets; the same when the program runs again. */
  localId: string
  files: FileSystem
  /** Tells this consumer from others of the same name in another cluster. */
  nameservers: readonly string[]
}

/**
 * The member of a group that stands behind a `Consumer`: it joins the group, keeps its share of the queues and has
 * their messages handled. Apache: DefaultMQPushConsumerImpl.
 */
export class PushMember extends Member<PushMemberNeeds> implements GroupMember {
  /** Resolves when the member has its first queues. */
  readonly ready: Promise<void>
  readonly consumeType = 'CONSUME_PASSIVELY'
  /** Shown to administrators with the running info. */
  readonly rates: ConsumeRates
  readonly #subscriptions: ReadonlyMap<string, Subscription>
  readonly #runner: HandlerRunner
  readonly #consumption: QueueConsumption
  readonly #rebalancer: Rebalancer
  #leaveGroup: (() => void) | undefined
  /** True once brokers know this member and count it when queues are divided. */
  #joined = false

  constructor(given: PushMemberNeeds) {
    super(given)
    const { needs } = this
    const { config, clock, tracer } = needs
    this.#subscriptions = subscriptionsOf(config, clock.now())
    this.rates = new ConsumeRates(clock)
    this.#runner = new HandlerRunner(config, {
      tracer,
      rates: this.rates,
      inFlight: clock.inFlight,
    })
    this.#consumption = new QueueConsumption({
      ...needs,
      subscriptions: this.#subscriptions,
      runner: this.#runner,
      rates: this.rates,
      onChange: () => this.emit('queues', this.queues),
      onGivenUp: () => void this.#rebalancer.now(),
      onQueueRefused: ({ topic }) => void this.#rebalancer.lookAgain(topic),
    })
    this.#rebalancer = new Rebalancer({
      ...needs,
      group: config.group,
      topics: [...this.#subscriptions.keys()],
      // Broadcast to all: the other members do not matter.
      allocate: config.mode === 'broadcasting' ? 'everything' : allocateOf(config),
      assignment: brokerAssignmentOf(needs),
      intervalMs: config.rebalanceIntervalMs,
      // Broadcasting members share nothing but the name.
      twins: config.mode === 'broadcasting' ? undefined : this.twinWatch(this.#subscriptions.keys()),
      assign: (topic, pulled, popped) => this.#consumption.assign(topic, pulled, popped),
    })
    this.ready = this.#start()
    // Users who do not await `ready` get its failure as a `problem` event.
    this.ready.catch((error: unknown) => this.#onStartFailed(error))
  }

  get queues(): MessageQueue[] {
    return this.#consumption.queues
  }

  get backlog(): QueueBacklog[] {
    return this.#consumption.pulled.backlog
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
    return this.needs.config.concurrency
  }

  get ordered(): boolean {
    return this.needs.config.ordered
  }

  /** The group has changed: divides the queues again. */
  async rebalance(): Promise<void> {
    if (this.#joined) await this.#rebalancer.now()
  }

  /**
   * Called when the connection to a broker broke: a consumer in order handles nothing of its queues until the broker
   * has confirmed their locks.
   */
  disconnected(brokerName: string): void {
    this.#consumption.disconnected(brokerName)
  }

  /** Calls the handler with one message now, whatever queue it is in; offsets and retries are not touched. */
  handleDirectly(message: Message): Promise<HandledDirectly> {
    return this.#runner.runDirectly(message)
  }

  /** Drops the backlog of the queues named and reads them from other offsets. */
  async resetOffsets(offsets: readonly (readonly [queue: MessageQueue, offset: number])[]): Promise<void> {
    await Promise.all(offsets.map(([queue, offset]) => this.#consumption.pulled.moveTo(queue, offset)))
    await this.#rebalancer.now()
  }

  pause(queues?: readonly MessageQueue[], by?: string): void {
    this.#consumption.pause(queues, by)
  }

  resume(queues?: readonly MessageQueue[], by?: string): void {
    this.#consumption.resume(queues, by)
  }

  protected async end(): Promise<void> {
    this.#leaveGroup?.()
    const rebalanced = this.#rebalancer.close()
    const stopped = this.#consumption.stop()
    await rebalanced
    // That round may have added queues.
    await Promise.all([stopped, this.#consumption.stop()])
    const { closeTimeoutMs } = this.needs.config
    await this.#consumption.close(closeTimeoutMs, clientErrors.CLOSED({ what: 'consumer' }))
  }

  async #start(): Promise<void> {
    const { config, clientId, nameservers, problems } = this.needs
    await this.#consumption.open()
    await this.findBrokers(Object.keys(config.subscribe))
    await checkExpressions(this.subscriptions, { ...this.needs, group: this.group })
    this.checkOpen()
    this.#leaveGroup = joinGroup(nameservers, this.group, {
      clientId,
      subscribe: subscriptionsText(this.subscriptions),
      report: problems.report,
    })
    await this.join()
    this.#joined = true
    await this.#rebalancer.now()
    this.checkOpen()
  }

  #onStartFailed(error: unknown): void {
    if (this.closing) return
    this.needs.problems.report(error)
    void this.close()
  }
}

/**
 * Undefined where the client divides the queues, as in order and when broadcasting. Apache:
 * RebalancePushImpl.clientRebalance.
 */
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
