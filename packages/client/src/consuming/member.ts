import { EventEmitter } from 'node:events'
import type { Clock } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import type { Heartbeats } from '../heartbeats.js'
import type { ProblemSource, Problems } from '../problems.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { Tracer } from '../trace/tracer.js'
import { consumerDataOf } from './consumer-data.js'
import type { ConsumerConfig } from './consumer-options.js'
import type { GroupMember } from './group-member.js'
import { TwinWatch } from './twin-watch.js'

/** What a consumer gets from its client. */
export interface MemberNeeds {
  clientId: string
  /** The user chose the client id, so another process may have the same. */
  idIsGiven: boolean
  /** When this client last lost a connection to a broker, in milliseconds of the clock; -Infinity for never. */
  lostConnectionAt: () => number
  brokers: Brokers
  routes: RouteCache
  heartbeats: Heartbeats
  tracer: Tracer | undefined
  clock: Clock
  random: () => number
  /** The member's own. */
  problems: Problems
  /** Leaves the group at the brokers. */
  onClose: () => Promise<void>
}

/** The events of a `Consumer` and a `PullConsumer`. */
export interface ConsumerEvents {
  /**
   * A failure of this consumer in the background, what handlers throw among them; what can be retried is retried. The
   * client's event `problem` tells it, too.
   */
  problem: [error: unknown, source: ProblemSource]
  /** The queues this consumer reads have changed. */
  queues: [queues: MessageQueue[]]
  /** The consumer has left its group. */
  close: []
}

type MemberConfig = Pick<ConsumerConfig, 'group' | 'startFrom'> & { readonly mode?: ConsumerConfig['mode'] }

/** What push and pull consumers have in common as members of a group: how they join it and leave it. */
export abstract class Member<Needs extends MemberNeeds & { config: MemberConfig }>
  extends EventEmitter<Pick<ConsumerEvents, 'queues' | 'close'>>
  implements Pick<GroupMember, 'consumeType' | 'startedAt' | 'subscriptions'>
{
  readonly group: string
  readonly startedAt: number
  abstract readonly consumeType: GroupMember['consumeType']
  abstract readonly subscriptions: Subscription[]
  protected readonly needs: Needs
  #closing: Promise<void> | undefined

  constructor(needs: Needs) {
    super()
    this.needs = needs
    this.group = needs.config.group
    this.startedAt = needs.clock.now()
  }

  get closing(): boolean {
    return this.#closing !== undefined
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Ends reading and handling, and commits. */
  protected abstract end(): Promise<void>

  /** Throws `CLOSED`. */
  protected checkOpen(): void {
    if (this.#closing) throw clientErrors.CLOSED({ what: 'consumer' })
  }

  /**
   * Looks up the routes of the topics: the first heartbeat goes to the brokers known by then. Of a topic that does not
   * exist these are the brokers that would create it, which tell their members when they have.
   */
  protected async findBrokers(topics: Iterable<string>): Promise<void> {
    const { routes } = this.needs
    const found = await Promise.allSettled([...topics].map((topic) => routes.find(topic)))
    const isMissing = (result: (typeof found)[number]) =>
      result.status === 'fulfilled' && result.value === undefined
    if (found.some(isMissing)) await routes.findCreators()
    this.checkOpen()
  }

  /**
   * Resolves when every known broker has had a heartbeat of this member: brokers refuse pulls of members they do not
   * know.
   */
  protected async join(): Promise<void> {
    const { heartbeats, config } = this.needs
    const { consumeType, subscriptions } = this
    const data = consumerDataOf({ mode: 'clustering', ...config, consumeType, subscriptions })
    heartbeats.joinConsumer(this.group, () => data)
    await heartbeats.beat()
  }

  /** Undefined where there can be no twin. */
  protected twinWatch(topics: Iterable<string>): TwinWatch | undefined {
    const [topic] = topics
    if (!this.needs.idIsGiven || topic === undefined) return undefined
    return new TwinWatch({ ...this.needs, group: this.group, topic })
  }

  async #close(): Promise<void> {
    await this.end()
    await this.needs.onClose()
    this.emit('close')
  }
}
