import type { TopicConfig } from '@rocketeer/protocol'
import {
  AUTO_CREATE_TOPIC,
  BENCHMARK_TOPIC,
  OFFSET_MOVED_EVENT,
  ROCKSDB_TRANS_HALF_TOPIC,
  ROCKSDB_TRANS_OP_HALF_TOPIC,
  replyTopicOf,
  reviveTopicOf,
  SCHEDULE_TOPIC,
  SELF_TEST_TOPIC,
  SYNC_BROKER_MEMBER_PREFIX,
  TRANS_HALF_TOPIC,
  TRANS_OP_HALF_TOPIC,
  WHEEL_TIMER_TOPIC,
} from './names.js'
import { Perm, topicConfig } from './topic-config.js'

/** The options topics depend on. */
export interface TopicOptions {
  readonly brokerName: string
  readonly brokerClusterName: string
  readonly autoCreateTopicEnable: boolean
  readonly defaultTopicQueueNums: number
  readonly clusterTopicEnable: boolean
  readonly brokerTopicEnable: boolean
  readonly traceTopicEnable: boolean
  readonly msgTraceTopicName: string
}

const SCHEDULE_QUEUES = 18
const BENCHMARK_QUEUES = 1024
/** Apache: BrokerConfig.reviveQueueNum. */
const REVIVE_QUEUES = 8

const READ_WRITE = Perm.READ | Perm.WRITE

/** What every broker has from its first start, with Apache's numbers. Apache: TopicConfigManager.init. */
export function systemTopics(options: TopicOptions): TopicConfig[] {
  const { brokerName, brokerClusterName } = options
  const topics = [
    withQueues(SELF_TEST_TOPIC, 1),
    withQueues(BENCHMARK_TOPIC, BENCHMARK_QUEUES),
    topicConfig(brokerClusterName, { perm: Perm.INHERIT | (options.clusterTopicEnable ? READ_WRITE : 0) }),
    withQueues(brokerName, 1, Perm.INHERIT | (options.brokerTopicEnable ? READ_WRITE : 0)),
    withQueues(OFFSET_MOVED_EVENT, 1),
    withQueues(SCHEDULE_TOPIC, SCHEDULE_QUEUES),
    withQueues(replyTopicOf(brokerClusterName), 1),
    withQueues(reviveTopicOf(brokerClusterName), REVIVE_QUEUES),
    withQueues(SYNC_BROKER_MEMBER_PREFIX + brokerName, 1, Perm.INHERIT),
    withQueues(TRANS_HALF_TOPIC, 1),
    withQueues(TRANS_OP_HALF_TOPIC, 1),
    withQueues(ROCKSDB_TRANS_HALF_TOPIC, 1),
    withQueues(ROCKSDB_TRANS_OP_HALF_TOPIC, 1),
    withQueues(WHEEL_TIMER_TOPIC, 1),
  ]
  if (options.traceTopicEnable) topics.push(withQueues(options.msgTraceTopicName, 1))
  if (options.autoCreateTopicEnable) topics.push(autoCreateTemplate(options))
  return topics
}

/** The template of topics created by sending. */
export function autoCreateTemplate(options: TopicOptions): TopicConfig {
  return withQueues(AUTO_CREATE_TOPIC, options.defaultTopicQueueNums, Perm.INHERIT | READ_WRITE)
}

function withQueues(topic: string, queues: number, perm: number = READ_WRITE): TopicConfig {
  return topicConfig(topic, { readQueueNums: queues, writeQueueNums: queues, perm })
}
