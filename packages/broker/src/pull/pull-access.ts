import { isRocketeerError } from '@rocketeer/foundation'
import { isReadable, type RequestFields, ResponseCode } from '@rocketeer/protocol'
import type { SubscriptionData, SubscriptionGroupConfig, TopicConfig } from '@rocketeer/protocol/bodies'
import { PullSysFlag, type pullMessage } from '@rocketeer/protocol/commands'
import type { MessageFilter } from '@rocketeer/store'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import {
  isRetryTopic,
  messageFilterOf,
  propertyFilterRefusal,
  retryFilterOf,
} from '../filter/message-filter.js'
import { isTagExpression, subscriptionOf } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'

export type PullFields = RequestFields<typeof pullMessage>

/** Tells a consumer whether asking again makes sense. Apache: ForbiddenType. */
const ForbiddenType = { BROKER: 1, GROUP: 2, TOPIC: 3, BROADCASTING_DISABLED: 4, SUBSCRIPTION: 5 } as const

/** Flag of a group and topic that forbids reading. Apache: PermName.INDEX_PERM_READ. */
const FORBIDDEN_READ_FLAG = 2

export interface PullRefusal {
  readonly code: number
  readonly remark: string
  readonly forbiddenType?: number
}

/** Everything a pull needs to know about who asks for what. */
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
 * Whether a consumer may read the queue, and what it wants of it. Throws what its own expression is wrong in. Apache:
 * PullMessageProcessor.processRequest.
 */
export function pullAccess(needs: PullAccessNeeds, fields: PullFields): PullAccess | PullRefusal {
  const { current } = needs.config
  if (!isReadable(current.brokerPermission)) {
    return forbidden(ForbiddenType.BROKER, `the broker[${current.brokerName}] pulling message is forbidden`)
  }
  const group = needs.groups.find(fields.consumerGroup)
  if (group === undefined) {
    return {
      code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
      remark: `subscription group [${fields.consumerGroup}] does not exist: create it (updateSubGroup), or allow it to be created by consuming (autoCreateSubscriptionGroup)`,
    }
  }
  if (!group.consumeEnable) {
    return forbidden(ForbiddenType.GROUP, `subscription group no permission, ${fields.consumerGroup}`)
  }
  const topic = needs.topics.get(fields.topic)
  if (topic === undefined) {
    return {
      code: ResponseCode.TOPIC_NOT_EXIST,
      remark: `topic[${fields.topic}] not exist, apply first please!`,
    }
  }
  if (!isReadable(topic.perm)) {
    return forbidden(ForbiddenType.TOPIC, `the topic[${fields.topic}] pulling message is forbidden`)
  }
  if (fields.queueId < 0 || fields.queueId >= topic.readQueueNums) {
    return {
      code: ResponseCode.INVALID_PARAMETER,
      remark: `queueId[${fields.queueId}] is illegal, topic:[${fields.topic}] topicConfig.readQueueNums:[${topic.readQueueNums}]`,
    }
  }
  const brought = (fields.sysFlag & PullSysFlag.SUBSCRIPTION) !== 0
  const subscription = brought ? broughtAlong(fields) : fromHeartbeat(needs, group, fields)
  if ('code' in subscription) return subscription
  const refusal = propertyFilterRefusal(needs.config, subscription)
  if (refusal !== undefined) return refusal
  const filter = filterOf(needs, fields, subscription, brought)
  return 'code' in filter ? filter : { group, topic, filter }
}

/** A pull that brings its own bad expression is told so; one of a heartbeat was accepted with it, as Apache does. */
function filterOf(
  { config, consumers }: PullAccessNeeds,
  { consumerGroup }: PullFields,
  subscription: SubscriptionData,
  brought: boolean,
): MessageFilter | PullRefusal {
  const { topic, expressionType } = subscription
  try {
    if (config.current.filterSupportRetry && isRetryTopic(topic) && !isTagExpression(expressionType))
      return retryFilterOf((origin) => consumers.get(consumerGroup)?.subscriptions.get(origin))
    return messageFilterOf(subscription)
  } catch (error) {
    if (brought || !isRocketeerError(error)) throw error
    return {
      code: ResponseCode.FILTER_DATA_NOT_EXIST,
      remark: `The broker's consumer filter data is not exist! Your expression is wrong: ${error.message}`,
    }
  }
}

function broughtAlong(fields: PullFields): SubscriptionData | PullRefusal {
  return (
    subscriptionOf(fields.topic, fields.subscription, fields.expressionType) ?? {
      code: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
      remark: "parse the consumer's subscription failed",
    }
  )
}

function fromHeartbeat(
  needs: PullAccessNeeds,
  config: SubscriptionGroupConfig,
  fields: PullFields,
): SubscriptionData | PullRefusal {
  const group = needs.consumers.get(fields.consumerGroup)
  if (group === undefined) {
    return { code: ResponseCode.SUBSCRIPTION_NOT_EXIST, remark: "the consumer's group info not exist" }
  }
  if (!config.consumeBroadcastEnable && group.broadcasting) {
    return forbidden(
      ForbiddenType.BROADCASTING_DISABLED,
      `the consumer group[${fields.consumerGroup}] can not consume by broadcast way`,
    )
  }
  if (needs.groups.isForbidden(fields.consumerGroup, fields.topic, FORBIDDEN_READ_FLAG)) {
    return forbidden(
      ForbiddenType.SUBSCRIPTION,
      `the consumer group[${fields.consumerGroup}] is forbidden for topic[${fields.topic}]`,
    )
  }
  const subscription = group.subscriptions.get(fields.topic)
  if (subscription === undefined) {
    return {
      code: ResponseCode.SUBSCRIPTION_NOT_EXIST,
      remark:
        "the consumer's subscription not exist: do all consumers of the group subscribe to the same topics?",
    }
  }
  if (subscription.subVersion < fields.subVersion) {
    return { code: ResponseCode.SUBSCRIPTION_NOT_LATEST, remark: "the consumer's subscription not latest" }
  }
  return subscription
}

function forbidden(forbiddenType: number, remark: string): PullRefusal {
  return { code: ResponseCode.NO_PERMISSION, remark, forbiddenType }
}
