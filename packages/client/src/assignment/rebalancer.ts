import type { Clock } from '@rocketeer/foundation'
import { type FieldTable, popRetryTopicOf, RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import { GetConsumerListByGroupResponseBody, getConsumerListByGroup } from '@rocketeer/protocol/commands'
import type { Response } from '@rocketeer/remoting'
import { isWithoutMembers } from '../answers.js'
import type { Problems } from '../problems.js'
import { askAnyBroker } from '../routing/any-broker.js'
import type { Brokers } from '../routing/brokers.js'
import { compareText, type MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { TopicRoute } from '../routing/topic-route.js'
import type { Allocate } from './allocation.js'
import { AssignmentRounds } from './assignment-rounds.js'
import type { BrokerAssignment } from './broker-assignment.js'
import { MissingTopics } from './missing-topics.js'

/** After a round that failed the next one follows sooner: in 1 s, 2 s, 4 s, … Apache: RebalanceService. */
const RETRY_MS = 1_000

interface RebalancerNeeds {
  group: string
  clientId: string
  topics: readonly string[]
  /** `'everything'`: all queues, whoever else is in the group. */
  allocate: Allocate | 'everything'
  /** Given when brokers are to divide the queues; those before 5.0 do not. */
  assignment?: BrokerAssignment | undefined
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  random: () => number
  intervalMs: number
  /**
   * Assigns exactly these queues of the topic to this consumer, some to pull and some to pop; resolves to false when
   * some could not be had.
   */
  assign: (
    topic: string,
    pulled: readonly MessageQueue[],
    popped: readonly MessageQueue[],
  ) => Promise<boolean>
  problems: Problems
  /** Given when another process may have this client's id. */
  twins?: { look(): Promise<void> } | undefined
}

/** Works out this member's queues, every `intervalMs` and when the group has changed. Apache: RebalanceImpl. */
export class Rebalancer {
  readonly #needs: RebalancerNeeds
  readonly #rounds: AssignmentRounds
  readonly #missing: MissingTopics
  #failures = 0
  #closed = false

  constructor(needs: RebalancerNeeds) {
    this.#needs = needs
    this.#missing = new MissingTopics(needs.clock)
    this.#rounds = new AssignmentRounds({ ...needs, round: () => this.#rebalanceAll() })
  }

  /** Divides the queues now; while a round runs, once more after it. Resolves when it is over; never rejects. */
  now(): Promise<void> {
    return this.#rounds.now()
  }

  /**
   * Asks for the route of a topic again, since a broker does not have one of its queues any more, and divides the queues.
   * Those of a topic that the nameservers do not know either are given up. Never rejects.
   */
  async lookAgain(topic: string): Promise<void> {
    const { routes, assign, problems } = this.#needs
    try {
      if ((await routes.refresh(topic)) === undefined && !this.#closed) {
        routes.forget(topic)
        await assign(topic, [], [])
      }
    } catch (error) {
      problems.report(error, { topic })
    }
    await this.now()
  }

  /** Resolves when a running round is over; there will be no other. */
  close(): Promise<void> {
    this.#closed = true
    return this.#rounds.close()
  }

  /** Resolves to when the next round is due. */
  async #rebalanceAll(): Promise<number> {
    const { topics, clock, intervalMs } = this.#needs
    const balanced = await Promise.all(topics.map((topic) => this.#rebalance(topic)))
    this.#failures = balanced.includes(false) ? this.#failures + 1 : 0
    await this.#needs.twins?.look()
    const soonMs = this.#failures === 0 ? intervalMs : RETRY_MS * 2 ** Math.min(this.#failures - 1, 10)
    return clock.now() + Math.min(intervalMs, soonMs)
  }

  /** A failure leaves the topic's queues as they are and does not affect other topics. */
  async #rebalance(topic: string): Promise<boolean> {
    const { routes, allocate, clientId, group, assign, problems } = this.#needs
    try {
      const route = await this.#route(topic)
      if (route === undefined) return false
      if (allocate === 'everything') return await assign(topic, route.readQueues, [])
      const balanced = await this.#rebalanceByBroker(topic, route)
      if (balanced !== undefined) return balanced
      const clientIds = await this.#members(route)
      // A broker that does not know this member yet must not make it give up its queues.
      if (!clientIds.includes(clientId)) return false
      if (this.#closed) return true
      return await assign(topic, allocate(route.readQueues, clientIds, clientId, group), [])
    } catch (error) {
      routes.forget(topic)
      if (this.#missing.isNews(topic, error)) problems.report(error, { topic })
      return false
    }
  }

  /** Resolves to undefined where brokers do not divide. */
  async #rebalanceByBroker(topic: string, route: TopicRoute): Promise<boolean | undefined> {
    const given = await this.#needs.assignment?.ask(topic, route.brokerNames)
    if (this.#needs.assignment === undefined || given === 'not-supported') return undefined
    if (given === undefined) return false
    if (this.#closed) return true
    const balanced = await this.#needs.assign(topic, given.pulled, given.popped)
    return (await this.#rebalanceRetries(topic, given.popped.length > 0)) && balanced
  }

  /**
   * Popped messages that are delivered again lie in retry topics, which pops of the topic read, too. When the topic is
   * pulled instead, the retry topics have to be pulled as well. Apache: RebalanceImpl.updateMessageQueueAssignment.
   */
  async #rebalanceRetries(topic: string, popping: boolean): Promise<boolean> {
    if (topic.startsWith(RETRY_TOPIC_PREFIX)) return true
    const { group, routes, assign } = this.#needs
    let balanced = true
    for (const version of [1, 2] as const) {
      const retryTopic = popRetryTopicOf(topic, group, version)
      if (popping) await assign(retryTopic, [], [])
      else if (await routes.find(retryTopic)) balanced = (await this.#rebalance(retryTopic)) && balanced
    }
    return balanced
  }

  /** Brokers create the retry topic at the group's first heartbeat; it has no route until the nameservers know it. */
  async #route(topic: string): Promise<TopicRoute | undefined> {
    const { routes } = this.#needs
    if (topic.startsWith(RETRY_TOPIC_PREFIX)) return routes.find(topic)
    if ((await routes.find(topic)) === undefined) await routes.findCreators()
    const route = await routes.existing(topic)
    this.#missing.found(topic)
    return route
  }

  /**
   * Any broker of the topic knows all members, since they send heartbeats to each; there are none before the first, which
   * brokers that are new to this client get soon.
   */
  async #members(route: TopicRoute): Promise<string[]> {
    const { group, brokers, random } = this.#needs
    let response: Response<FieldTable>
    try {
      response = await askAnyBroker(route.brokerNames, random, (brokerName) => {
        const fields = { consumerGroup: group, bname: brokerName }
        return brokers.call(brokerName, getConsumerListByGroup, fields, { orAny: true })
      })
    } catch (error) {
      if (isWithoutMembers(error)) return []
      throw error
    }
    const { consumerIdList } = GetConsumerListByGroupResponseBody.decode(response.body)
    // Apache's broker names a client twice that came back on a new connection before the old one was known to be dead.
    return [...new Set(consumerIdList)].sort(compareText)
  }
}
