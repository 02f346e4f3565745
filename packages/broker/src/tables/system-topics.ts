import {
  Permission,
  replyTopicOf,
  reviveTopicOf,
  SYSTEM_TOPIC_PREFIX,
  SystemTopic,
} from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { topicConfig } from './topic-config.js'

/** The options that decide which topics the broker has by itself. */
export interface TopicOptions {
  readonly brokerName: string
  readonly clusterName: string
  readonly autoCreateTopics: boolean
  readonly defaultTopicQueues: number
  readonly allowClusterTopic: boolean
  readonly allowBrokerTopic: boolean
  readonly createTraceTopic: boolean
  readonly traceTopic: string
}

const SCHEDULE_QUEUES = 18
const BENCHMARK_QUEUES = 1024
/** Queues of the revive topic. Apache: BrokerConfig.reviveQueueNum. */
export const REVIVE_QUEUES = 8

const READ_WRITE = Permission.READ | Permission.WRITE

/** The topics every broker has from its first start, with Apache's numbers of queues. Apache: TopicConfigManager.init. */
export function systemTopics(options: TopicOptions): TopicConfig[] {
  const { brokerName, clusterName } = options
  const topics = [
    withQueues(SystemTopic.SELF_TEST, 1),
    withQueues(SystemTopic.BENCHMARK, BENCHMARK_QUEUES),
    topicConfig(clusterName, {
      perm: Permission.INHERIT | (options.allowClusterTopic ? READ_WRITE : 0),
    }),
    withQueues(brokerName, 1, Permission.INHERIT | (options.allowBrokerTopic ? READ_WRITE : 0)),
    withQueues(SystemTopic.OFFSET_MOVED_EVENT, 1),
    withQueues(SystemTopic.SCHEDULE, SCHEDULE_QUEUES),
    withQueues(replyTopicOf(clusterName), 1),
    withQueues(reviveTopicOf(clusterName), REVIVE_QUEUES),
    withQueues(`${SYSTEM_TOPIC_PREFIX}SYNC_BROKER_MEMBER_${brokerName}`, 1, Permission.INHERIT),
    withQueues(SystemTopic.TRANSACTION_HALF, 1),
    withQueues(SystemTopic.TRANSACTION_OPERATION, 1),
    withQueues(SystemTopic.ROCKSDB_TRANSACTION_HALF, 1),
    withQueues(SystemTopic.ROCKSDB_TRANSACTION_OPERATION, 1),
    withQueues(SystemTopic.TIMER, 1),
  ]
  if (options.createTraceTopic) topics.push(withQueues(options.traceTopic, 1))
  if (options.autoCreateTopics) topics.push(autoCreateTemplate(options))
  return topics
}

/** The template of topics created by sending. */
export function autoCreateTemplate(options: TopicOptions): TopicConfig {
  return withQueues(SystemTopic.AUTO_CREATE, options.defaultTopicQueues, Permission.INHERIT | READ_WRITE)
}

function withQueues(topic: string, queues: number, perm: number = READ_WRITE): TopicConfig {
  return topicConfig(topic, { readQueueNums: queues, writeQueueNums: queues, perm })
}
