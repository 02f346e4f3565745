import { ResponseCode } from '@rocketeer/protocol'
import {
  QueryAssignmentRequestBody,
  QueryAssignmentResponseBody,
  queryAssignment,
} from '@rocketeer/protocol/commands'
import { askAnyBroker } from '../routing/any-broker.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { AssignmentConfig } from './assignment-options.js'

/** The queues a broker assigns to a member of a group, by how they are to be read. */
interface GivenQueues {
  pulled: MessageQueue[]
  /** A queue with the id -1 stands for all queues of its broker. */
  popped: MessageQueue[]
}

interface BrokerAssignmentNeeds {
  group: string
  clientId: string
  /** The name by which brokers know the allocation strategy. */
  strategyName: string
  brokers: Brokers
  random: () => number
}

/** Apache: AllocateMessageQueueStrategy.getName. */
const STRATEGY_NAMES = {
  average: 'AVG',
  circle: 'AVG_BY_CIRCLE',
  'consistent-hash': 'CONSISTENT_HASH',
} as const

/** Undefined for a strategy that brokers do not have: then the client divides. */
export function strategyNameOf(allocate: AssignmentConfig['allocate']): string | undefined {
  return typeof allocate === 'function' ? undefined : STRATEGY_NAMES[allocate]
}

/** Asks brokers for queues, and whether to pull or pop them. Apache: RebalanceImpl.getRebalanceResultFromBroker. */
export class BrokerAssignment {
  readonly #needs: BrokerAssignmentNeeds

  constructor(needs: BrokerAssignmentNeeds) {
    this.#needs = needs
  }

  /**
   * Resolves to `not-supported` with brokers before 5.0, where the client divides; to undefined when the broker has no
   * answer, which leaves the assignment as it is. Rejects when no broker can be reached.
   */
  async ask(
    topic: string,
    brokerNames: readonly string[],
  ): Promise<GivenQueues | 'not-supported' | undefined> {
    const { group, clientId, strategyName, brokers, random } = this.#needs
    const body = QueryAssignmentRequestBody.encode({
      topic,
      consumerGroup: group,
      clientId,
      strategyName,
      messageModel: 'CLUSTERING',
    })
    const accept = [ResponseCode.REQUEST_CODE_NOT_SUPPORTED]
    const response = await askAnyBroker(brokerNames, random, (brokerName) =>
      brokers.call(brokerName, queryAssignment, {}, { body, accept, orAny: true }),
    )
    if (response.code === ResponseCode.REQUEST_CODE_NOT_SUPPORTED) return 'not-supported'
    const { messageQueueAssignments } = QueryAssignmentResponseBody.decode(response.body)
    if (messageQueueAssignments === undefined) return undefined
    const given: GivenQueues = { pulled: [], popped: [] }
    for (const { messageQueue, mode } of messageQueueAssignments)
      if (messageQueue) given[mode === 'POP' ? 'popped' : 'pulled'].push(messageQueue)
    return given
  }
}
