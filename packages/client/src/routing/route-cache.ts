import type { Clock, Timer } from '@rocketeer/foundation'
import { ResponseCode, SystemTopic } from '@rocketeer/protocol'
import { MASTER_ID, TopicRouteData } from '@rocketeer/protocol/bodies'
import { getRouteinfoByTopic } from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import type { Problems } from '../problems.js'
import type { Nameservers } from './nameservers.js'
import { explainNoRoute } from './no-route.js'
import { inheritedRouteOf, type TopicRoute, topicRouteOf } from './topic-route.js'

/** Routes nobody asked for in this many polls are forgotten. */
const IDLE_POLLS_MAX = 20

interface Entry {
  route: TopicRoute
  idlePolls: number
}

interface RouteCacheNeeds {
  nameservers: Nameservers
  clock: Clock
  pollIntervalMs: number
  problems: Problems
}

/** The latest known routes, refreshed every `pollRouteIntervalMs`, and the brokers' addresses that came with them. */
export class RouteCache {
  readonly #nameservers: Nameservers
  readonly #problems: Problems
  readonly #entries = new Map<string, Entry>()
  readonly #running = new Map<string, Promise<TopicRoute | undefined>>()
  /** Address by broker id (0 is the master) by broker name. */
  readonly #addresses = new Map<string, ReadonlyMap<number, string>>()
  readonly #newBrokerListeners = new Set<() => void>()
  readonly #poll: Timer

  constructor({ nameservers, clock, pollIntervalMs, problems }: RouteCacheNeeds) {
    this.#nameservers = nameservers
    this.#problems = problems
    this.#poll = clock.every(pollIntervalMs, () => this.refreshAll())
  }

  /** The route to send to if it is known already: the fast path of every send. */
  cached(topic: string): TopicRoute | undefined {
    const entry = this.#entries.get(topic)
    if (entry === undefined) return undefined
    entry.idlePolls = 0
    return entry.route.writeQueues.length > 0 ? entry.route : undefined
  }

  /** A route with queues to write to, if need be the one a new topic will get. Throws `NO_ROUTE`, `ORDER_CONF_INVALID`. */
  async toSend(topic: string, newTopicQueues: number): Promise<TopicRoute> {
    const known = this.cached(topic)
    if (known) return known
    const route = (await this.refresh(topic)) ?? (await this.#inherited(topic, newTopicQueues))
    if (route && route.writeQueues.length > 0) return route
    const orderConf = route?.orderConfInvalid
    if (orderConf !== undefined) throw clientErrors.ORDER_CONF_INVALID({ topic, orderConf })
    throw await explainNoRoute(this.#nameservers, topic, route ? 'not-writable' : 'not-created')
  }

  /**
   * The route that a topic unknown to the nameservers will get, or has got by now: a broker that registered since they
   * were asked for it may have brought it along, with other queues, and orders would go to the wrong ones.
   */
  async #inherited(topic: string, newTopicQueues: number): Promise<TopicRoute | undefined> {
    const inherited = await this.#fetch(SystemTopic.AUTO_CREATE)
    if (!inherited) return undefined
    return (await this.refresh(topic)) ?? this.#keep(inheritedRouteOf(topic, inherited, newTopicQueues))
  }

  /** The route of a topic that exists. Throws `NO_ROUTE`. */
  async existing(topic: string): Promise<TopicRoute> {
    const route = await this.find(topic)
    if (route) return route
    throw await explainNoRoute(this.#nameservers, topic, 'missing')
  }

  /** The route of a topic if it exists, from the cache if it is there. */
  async find(topic: string): Promise<TopicRoute | undefined> {
    const entry = this.#entries.get(topic)
    if (entry === undefined || entry.route.inherited) return this.refresh(topic)
    entry.idlePolls = 0
    return entry.route
  }

  /** Learns which brokers create topics by themselves; never rejects. */
  async findCreators(): Promise<void> {
    await this.find(SystemTopic.AUTO_CREATE).catch(() => undefined)
  }

  /** Asks the nameservers; undefined when none knows the topic. Callers at the same time share one request. */
  refresh(topic: string): Promise<TopicRoute | undefined> {
    const running = this.#running.get(topic)
    if (running) return running
    const asked = this.#fetch(topic)
      .then((data) => (data ? this.#keep(topicRouteOf(topic, data)) : undefined))
      .finally(() => this.#running.delete(topic))
    this.#running.set(topic, asked)
    return asked
  }

  /**
   * Asks again for every topic in use; failures are reported. A topic that is gone keeps its last route: its brokers
   * refuse what is sent there.
   */
  async refreshAll(): Promise<void> {
    const asked: Promise<unknown>[] = []
    for (const [topic, entry] of this.#entries) {
      if (++entry.idlePolls > IDLE_POLLS_MAX) this.#entries.delete(topic)
      else asked.push(this.refresh(topic).catch((error: unknown) => this.#problems.report(error, { topic })))
    }
    await Promise.all(asked)
  }

  /** Makes the next send or rebalance ask again. */
  forget(topic: string): void {
    this.#entries.delete(topic)
  }

  /** The address of a broker, of its master unless `brokerId` says otherwise; any other when `orAny`. */
  addressOf(brokerName: string, brokerId: number = MASTER_ID, orAny = false): string | undefined {
    const addresses = this.#addresses.get(brokerName)
    return addresses?.get(brokerId) ?? (orAny ? addresses?.values().next().value : undefined)
  }

  /** Every broker heard of: its name, id and address. */
  *brokers(): Iterable<{ brokerName: string; brokerId: number; address: string }> {
    for (const [brokerName, addresses] of this.#addresses) {
      for (const [brokerId, address] of addresses) yield { brokerName, brokerId, address }
    }
  }

  /** Notes the addresses of a broker, from a route or the cluster info. */
  learn(brokerName: string, addresses: ReadonlyMap<number, string>): void {
    if (addresses.size === 0) return
    const isNew = [...addresses].some(([id, address]) => this.#addresses.get(brokerName)?.get(id) !== address)
    this.#addresses.set(brokerName, addresses)
    if (isNew) for (const listener of this.#newBrokerListeners) listener()
  }

  /** Calls `listener` when a broker, or a new address of one, was heard of. */
  onNewBroker(listener: () => void): void {
    this.#newBrokerListeners.add(listener)
  }

  close(): void {
    this.#poll.cancel()
  }

  async #fetch(topic: string): Promise<TopicRouteData | undefined> {
    const { response } = await this.#nameservers.ask(
      getRouteinfoByTopic,
      { topic, acceptStandardJsonOnly: true },
      (answer) => answer.code === ResponseCode.SUCCESS,
    )
    if (response.code !== ResponseCode.SUCCESS) return undefined
    const data = TopicRouteData.decode(response.body)
    for (const broker of data.brokerDatas) this.learn(broker.brokerName, broker.brokerAddrs)
    return data
  }

  #keep(route: TopicRoute): TopicRoute {
    const idlePolls = this.#entries.get(route.topic)?.idlePolls ?? 0
    this.#entries.set(route.topic, { route, idlePolls })
    return route
  }
}
