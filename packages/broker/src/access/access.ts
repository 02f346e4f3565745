import { isReadable } from '@rocketeer/protocol'
import type { SubscriptionGroupConfig, TopicConfig } from '@rocketeer/protocol/bodies'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'

type TopicPurpose = Parameters<typeof refusals.TOPIC_NOT_EXIST>[0]['to']
type GroupPurpose = Parameters<typeof refusals.SUBSCRIPTION_GROUP_NOT_EXIST>[0]['to']
type Reading = Parameters<typeof refusals.TOPIC_NOT_READABLE>[0]['reading']

/** Throws `TOPIC_NOT_EXIST`, in the words for what the topic is wanted for. */
export function existingTopic(topics: TopicTable, topic: string, to: TopicPurpose): TopicConfig {
  const config = topics.get(topic)
  if (config === undefined) throw refusals.TOPIC_NOT_EXIST({ topic, to })
  return config
}

/** Finds the group, or creates it where that is allowed. Throws `SUBSCRIPTION_GROUP_NOT_EXIST`. */
export function existingGroup(
  groups: SubscriptionGroupTable,
  group: string,
  to: GroupPurpose,
): SubscriptionGroupConfig {
  const config = groups.find(group)
  if (config === undefined) throw refusals.SUBSCRIPTION_GROUP_NOT_EXIST({ group, to })
  return config
}

/** Throws `BROKER_NOT_READABLE`. */
export function checkBrokerReadable({ current }: LiveConfig, reading: Reading): void {
  const { brokerPermission, brokerName } = current
  if (!isReadable(brokerPermission)) throw refusals.BROKER_NOT_READABLE({ brokerName, reading })
}

/** A topic that consumers may read. Throws `TOPIC_NOT_EXIST` or `TOPIC_NOT_READABLE`. */
export function readableTopic(topics: TopicTable, topic: string, reading: Reading): TopicConfig {
  const config = existingTopic(topics, topic, 'consume')
  if (!isReadable(config.perm)) throw refusals.TOPIC_NOT_READABLE({ topic, reading })
  return config
}

/** A group that may consume. Throws `SUBSCRIPTION_GROUP_NOT_EXIST` or `GROUP_CONSUMING_DISABLED`. */
export function consumingGroup(groups: SubscriptionGroupTable, group: string): SubscriptionGroupConfig {
  const config = existingGroup(groups, group, 'consume')
  if (!config.consumeEnable) throw refusals.GROUP_CONSUMING_DISABLED({ group })
  return config
}

/** Throws `QUEUE_NOT_READABLE`. */
export function checkReadableQueue({ topicName: topic, readQueueNums }: TopicConfig, queueId: number): void {
  if (queueId < 0 || queueId >= readQueueNums)
    throw refusals.QUEUE_NOT_READABLE({ topic, queueId, readQueueNums })
}
