import { isReadable, ResponseCode } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import type { MessageFilter } from '@rocketeer/store'
import { messageFilterOf, propertyFilterRefusal } from '../filter/message-filter.js'
import { subscriptionOf } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'

export interface PopAccessNeeds {
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly config: LiveConfig
}

export interface PopRefusal {
  readonly code: number
  readonly remark: string
}

/** Who asks for what: the fields POP_MESSAGE, NOTIFICATION, POLLING_INFO and PEEK_MESSAGE share. */
interface Asked {
  readonly consumerGroup: string
  readonly topic: string
  readonly queueId: number
}

/** Whether a group may pop from a queue (or all, -1), or why not. Apache: PopMessageProcessor.processRequest. */
export function popAccess(needs: PopAccessNeeds, asked: Asked): TopicConfig | PopRefusal {
  const { brokerPermission, brokerName } = needs.config.current
  if (!isReadable(brokerPermission)) {
    return { code: ResponseCode.NO_PERMISSION, remark: `the broker[${brokerName}] pop message is forbidden` }
  }
  const topic = needs.topics.get(asked.topic)
  if (topic === undefined) {
    return {
      code: ResponseCode.TOPIC_NOT_EXIST,
      remark: `topic[${asked.topic}] not exist, apply first please!`,
    }
  }
  if (!isReadable(topic.perm)) {
    return { code: ResponseCode.NO_PERMISSION, remark: `the topic[${asked.topic}] pop message is forbidden` }
  }
  if (asked.queueId < -1 || asked.queueId >= topic.readQueueNums) {
    return {
      code: ResponseCode.INVALID_PARAMETER,
      remark: `queueId[${asked.queueId}] is illegal, topic:[${asked.topic}] topicConfig.readQueueNums:[${topic.readQueueNums}]`,
    }
  }
  const group = needs.groups.find(asked.consumerGroup)
  if (group === undefined) {
    return {
      code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
      remark: `subscription group [${asked.consumerGroup}] does not exist: create it (updateSubGroup), or allow it to be created by consuming (autoCreateSubscriptionGroup)`,
    }
  }
  if (!group.consumeEnable) {
    return {
      code: ResponseCode.NO_PERMISSION,
      remark: `subscription group no permission, ${asked.consumerGroup}`,
    }
  }
  return topic
}

/** The filter a request brings along; without one everything matches. Throws SQL_EXPRESSION_INVALID. */
export function popFilter(
  { config }: PopAccessNeeds,
  topic: string,
  { exp, expType }: { exp?: string | undefined; expType?: string | undefined },
): MessageFilter | PopRefusal {
  if (!exp) return {}
  const subscription = subscriptionOf(topic, exp, expType)
  if (subscription === undefined) {
    return {
      code: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
      remark: "parse the consumer's subscription failed",
    }
  }
  return propertyFilterRefusal(config, subscription) ?? messageFilterOf(subscription)
}
