import type { Logger } from '@rocketeer/foundation'
import { isReadable } from '@rocketeer/protocol'
import type { MessageQueue, TopicRouteData } from '@rocketeer/protocol/bodies'
import type { QueryAssignmentRequestBody } from '@rocketeer/protocol/commands'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import type { LiveConfig } from '../options/live-config.js'
import type { TopicTable } from '../tables/topic-table.js'
import { allocateForPop, allocations } from './allocation.js'
import type { RequestModes } from './request-modes.js'

export interface AssignerNeeds {
  readonly topics: TopicTable
  readonly consumers: ConsumerRegistry
  readonly requestModes: RequestModes
  readonly config: LiveConfig
  readonly logger: Logger
  /** The topic route in the whole cluster; without one, the topic has the queues of this broker only. */
  readonly topicRoute?: ((topic: string) => Promise<TopicRouteData | undefined>) | undefined
}

/** The queues of one member, and how it consumes them. */
export interface AssignedQueues {
  readonly queues: readonly MessageQueue[]
  /** `PULL` or `POP`. */
  readonly mode: string
}

/** Shares queues out among the members of a group, so that they need not agree. Apache: QueryAssignmentProcessor. */
export class Assigner {
  readonly #needs: AssignerNeeds

  constructor(needs: AssignerNeeds) {
    this.#needs = needs
  }

  /** `undefined` when there is no answer, and the client should keep what it has. */
  async assign(request: QueryAssignmentRequestBody): Promise<AssignedQueues | undefined> {
    const { topic, consumerGroup, clientId, strategyName = 'AVG', messageModel = 'CLUSTERING' } = request
    const { mode, popShareQueueNum } = this.#needs.requestModes.modeOf(topic, consumerGroup)
    const queues = await this.#queuesOf(topic)
    if (queues.length === 0) return undefined
    if (messageModel === 'BROADCASTING' || !this.#needs.config.current.assignQueues) return { queues, mode }
    const members = this.#needs.consumers.get(consumerGroup)?.clientIds
    if (members === undefined) return undefined
    const allocate = allocations.get(strategyName)
    if (allocate === undefined) {
      const facts = { strategyName, consumerGroup, topic, known: [...allocations.keys()].join(', ') }
      this.#needs.logger.warn(
        facts,
        'a consumer asks for queues by an allocation strategy that this broker does not have',
      )
      return undefined
    }
    const clientIds = [...members].sort()
    if (mode === 'POP') {
      const shares = { queues, clientIds, clientId, shareWith: popShareQueueNum }
      return { queues: allocateForPop(allocate, shares), mode }
    }
    return { queues: allocate(queues, clientIds, clientId), mode }
  }

  /** The readable queues of a topic, in the same order for all members. */
  async #queuesOf(topic: string): Promise<MessageQueue[]> {
    const { topics, config, topicRoute } = this.#needs
    const own = topics.get(topic)
    const { brokerName } = config.current
    const route = (await topicRoute?.(topic))?.queueDatas
    const data = route ?? (own ? [{ brokerName, perm: own.perm, readQueueNums: own.readQueueNums }] : [])
    return data
      .filter(({ perm }) => isReadable(perm))
      .sort((a, b) => (a.brokerName < b.brokerName ? -1 : 1))
      .flatMap(({ brokerName: at, readQueueNums }) =>
        Array.from({ length: readQueueNums }, (_, queueId) => ({ topic, brokerName: at, queueId })),
      )
  }
}
