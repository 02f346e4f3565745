import type { TopicConfig } from '@rocketeer/protocol/bodies'
import type { MessageFilter } from '@rocketeer/store'
import { checkBrokerReadable, checkReadableQueue, consumingGroup, readableTopic } from '../access/access.js'
import { refusals } from '../errors.js'
import { checkPropertyFilter, messageFilterOf } from '../filter/message-filter.js'
import { subscriptionOf } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { WaitingKey } from '../waiting/waiting-requests.js'

export interface PopAccessNeeds {
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly config: LiveConfig
}

/** The fields that POP_MESSAGE, NOTIFICATION, POLLING_INFO and PEEK_MESSAGE have in common. */
interface PopQuestion {
  readonly consumerGroup: string
  readonly topic: string
  /** -1: all queues. */
  readonly queueId: number
}

/** The topic, when the group may pop from it. Throws why not. Apache: PopMessageProcessor.processRequest. */
export function popAccess({ topics, groups, config }: PopAccessNeeds, question: PopQuestion): TopicConfig {
  checkBrokerReadable(config, 'pop message')
  const topic = readableTopic(topics, question.topic, 'pop message')
  if (question.queueId !== -1) checkReadableQueue(topic, question.queueId)
  consumingGroup(groups, question.consumerGroup)
  return topic
}

/** The queue, or queues, where a message has to arrive to answer the question. */
export function waitingKeyOf({ topic, consumerGroup: group, queueId }: PopQuestion): WaitingKey {
  return { topic, group, queueId }
}

/** The filter a request brings along; without one everything matches. Throws what is wrong with it. */
export function popFilter(
  { config }: PopAccessNeeds,
  topic: string,
  { exp, expType }: { exp?: string | undefined; expType?: string | undefined },
): MessageFilter {
  if (!exp) return {}
  const subscription = subscriptionOf(topic, exp, expType)
  if (subscription === undefined) throw refusals.SUBSCRIPTION_MALFORMED({})
  checkPropertyFilter(config, subscription)
  return messageFilterOf(subscription)
}
