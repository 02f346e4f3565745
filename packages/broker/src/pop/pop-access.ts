import type { TopicConfig } from '@rocketeer/protocol/bodies'
import type { MessageFilter } from '@rocketeer/store'
import { checkBrokerReadable, checkReadableQueue, consumingGroup, readableTopic } from '../access/access.js'
import { refusals } from '../errors.js'
import { checkPropertyFilter, messageFilterOf } from '../filter/message-filter.js'
import { subscriptionOf } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'

export interface PopAccessNeeds {
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly config: LiveConfig
}

/** Who asks for what: the fields POP_MESSAGE, NOTIFICATION, POLLING_INFO and PEEK_MESSAGE share. */
interface Asked {
  readonly consumerGroup: string
  readonly topic: string
  /** -1: all queues. */
  readonly queueId: number
}

/** The topic, when the group may pop from it. Throws why not. Apache: PopMessageProcessor.processRequest. */
export function popAccess({ topics, groups, config }: PopAccessNeeds, asked: Asked): TopicConfig {
  checkBrokerReadable(config, 'pop message')
  const topic = readableTopic(topics, asked.topic, 'pop message')
  if (asked.queueId !== -1) checkReadableQueue(topic, asked.queueId)
  consumingGroup(groups, asked.consumerGroup)
  return topic
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
