import { Refusal } from '@rocketeer/foundation'
import type { SubscriptionData, SubscriptionGroupConfig, TopicConfig } from '@rocketeer/protocol/bodies'
import { PullSysFlag } from '@rocketeer/protocol/commands'
import type { MessageFilter } from '@rocketeer/store'
import { checkBrokerReadable, checkReadableQueue, consumingGroup, readableTopic } from '../access/access.js'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import { refusals } from '../errors.js'
import {
  checkPropertyFilter,
  isRetryTopic,
  messageFilterOf,
  retryFilterOf,
} from '../filter/message-filter.js'
import { isTagExpression, subscriptionOf } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'
import { READ_FLAG, type SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'

/** What is pulled, in the names of Apache's PullMessageRequestHeader. */
export interface PullFields {
  readonly consumerGroup: string
  readonly topic: string
  readonly queueId: number
  readonly queueOffset: number
  readonly maxMsgNums: number
  /** See `PullSysFlag`. */
  readonly sysFlag: number
  readonly commitOffset: number
  /** How long the pull may wait for a message. */
  readonly suspendTimeoutMillis: number
  /** The expression, with `PullSysFlag.SUBSCRIPTION`. */
  readonly subscription?: string | undefined
  readonly expressionType?: string | undefined
  readonly subVersion: number
}

/** Group, topic and filter of a pull that is allowed. */
export interface PullAccess {
  readonly group: SubscriptionGroupConfig
  readonly topic: TopicConfig
  readonly filter: MessageFilter
}

export interface PullAccessNeeds {
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly consumers: ConsumerRegistry
  readonly config: LiveConfig
}

/**
 * Checks that the group may read the queue. Throws a refusal when it may not, or when an expression that the pull itself
 * carries is wrong.
 * Apache: PullMessageProcessor.processRequest.
 */
export function pullAccess(needs: PullAccessNeeds, fields: PullFields): PullAccess {
  checkBrokerReadable(needs.config, 'pulling message')
  const group = consumingGroup(needs.groups, fields.consumerGroup)
  const topic = readableTopic(needs.topics, fields.topic, 'pulling message')
  checkReadableQueue(topic, fields.queueId)
  const carried = (fields.sysFlag & PullSysFlag.SUBSCRIPTION) !== 0
  const subscription = carried ? fromRequest(fields) : fromHeartbeat(needs, group, fields)
  checkPropertyFilter(needs.config, subscription)
  const filter = (carried ? filterOf : acceptedFilterOf)(needs, fields.consumerGroup, subscription)
  return { group, topic, filter }
}

/** Throws `SQL_EXPRESSION_INVALID` or `EXPRESSION_TYPE_UNKNOWN`. */
function filterOf(
  { config, consumers }: PullAccessNeeds,
  group: string,
  subscription: SubscriptionData,
): MessageFilter {
  const { topic, expressionType } = subscription
  if (config.current.filterRetries && isRetryTopic(topic) && !isTagExpression(expressionType))
    return retryFilterOf((origin) => consumers.get(group)?.subscriptions.get(origin))
  return messageFilterOf(subscription)
}

/** Throws `FILTER_DATA_NOT_EXIST` for a bad expression: the heartbeat that brought it was accepted, as by Apache. */
function acceptedFilterOf(
  needs: PullAccessNeeds,
  group: string,
  subscription: SubscriptionData,
): MessageFilter {
  try {
    return filterOf(needs, group, subscription)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw refusals.FILTER_DATA_NOT_EXIST({ reason: error.message }, error)
  }
}

function fromRequest({ topic, subscription: expression, expressionType }: PullFields): SubscriptionData {
  const subscription = subscriptionOf(topic, expression, expressionType)
  if (subscription === undefined) throw refusals.SUBSCRIPTION_MALFORMED({})
  return subscription
}

function fromHeartbeat(
  { consumers, groups }: PullAccessNeeds,
  config: SubscriptionGroupConfig,
  { consumerGroup: group, topic, subVersion }: PullFields,
): SubscriptionData {
  const connected = consumers.get(group)
  if (connected === undefined) throw refusals.GROUP_NOT_CONNECTED({ group })
  if (!config.consumeBroadcastEnable && connected.broadcasting)
    throw refusals.GROUP_BROADCASTING_DISABLED({ group })
  if (groups.isForbidden(group, topic, READ_FLAG)) throw refusals.SUBSCRIPTION_FORBIDDEN({ group, topic })
  const subscription = connected.subscriptions.get(topic)
  if (subscription === undefined) throw refusals.SUBSCRIPTION_NOT_EXIST({ group, topic })
  if (subscription.subVersion < subVersion) throw refusals.SUBSCRIPTION_NOT_LATEST({ group, topic })
  return subscription
}
