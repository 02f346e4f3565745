import type { TopicConfig } from '@rocketeer/protocol/bodies'
import type { LiveConfig } from '../options/live-config.js'
import type { GroupQueue } from '../tables/consumer-offsets.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { WaitingKey } from '../waiting/waiting-requests.js'

/** Of a group's attribute `priority.factor`. Apache: SubscriptionGroupAttributes. */
const PRIORITY_FACTOR_DEFAULT = 100

export interface QueueOrderNeeds {
  readonly groups: SubscriptionGroupTable
  readonly config: LiveConfig
  /** A random number from 0 to 1: where to look first. */
  readonly random: () => number
}

/**
 * The queues one pop looks at, in their order. With an ordinary topic it begins anywhere, so that all queues get their
 * share; with a topic of priorities it begins with the highest one, in as many of a hundred pops as the group's
 * `priority.factor` says. The queues of the retry topics, in the same order, go first now and then, so that neither new nor
 * retried messages wait for ever.
 * Apache: PopMessageProcessor.processRequest, popMsgFromTopic.
 */
export function queueOrder(
  needs: QueueOrderNeeds,
  topic: TopicConfig,
  key: WaitingKey,
  retryTopics: readonly Pick<TopicConfig, 'topicName' | 'readQueueNums'>[],
  order: boolean,
): GroupQueue[] {
  const { popRetryPercent, popRetryPercentForPriority, ascendingPriorities } = needs.config.current
  const turn = Math.floor(needs.random() * 100)
  const byPriority =
    topic.attributes.get('message.type') === 'PRIORITY' && !order && turn < priorityFactor(needs, key.group)
  const first = byPriority ? 0 : turn
  const own = ownQueues(key, topic.readQueueNums, first, ascendingPriorities)
  const retry = retryTopics.flatMap(({ topicName, readQueueNums }) =>
    ownQueues({ ...key, topic: topicName, queueId: -1 }, readQueueNums, first, ascendingPriorities),
  )
  const retryProbability = byPriority ? popRetryPercentForPriority : popRetryPercent
  return turn < retryProbability ? [...retry, ...own] : [...own, ...retry]
}

export function ownQueues(key: WaitingKey, count: number, turn = 0, lastFirst = false): GroupQueue[] {
  const { topic, group, queueId } = key
  if (queueId >= 0) return [{ topic, group, queueId }]
  return Array.from({ length: count }, (_, index) => ({
    topic,
    group,
    queueId: ((lastFirst ? count - 1 - index : index) + turn) % count,
  }))
}

function priorityFactor({ groups }: QueueOrderNeeds, group: string): number {
  const factor = groups.get(group)?.attributes.get('priority.factor')
  return factor === undefined ? PRIORITY_FACTOR_DEFAULT : Number(factor)
}
