/** The topic a group's failed messages go through. Apache: MixAll.RETRY_GROUP_TOPIC_PREFIX. */
export const RETRY_TOPIC_PREFIX = '%RETRY%'
/** The topic of a group's messages whose retries are used up. Apache: MixAll.DLQ_GROUP_TOPIC_PREFIX. */
export const DEAD_LETTER_TOPIC_PREFIX = '%DLQ%'
/** Groups with this prefix belong to RocketMQ itself. Apache: MixAll.CID_RMQ_SYS_PREFIX. */
export const SYSTEM_GROUP_PREFIX = 'CID_RMQ_SYS_'
/** The group whose offsets say how far a broker has gone through its half messages. Apache: MixAll.CID_SYS_RMQ_TRANS. */
export const TRANSACTION_GROUP = 'CID_RMQ_SYS_TRANS'
/** Topics with this prefix belong to RocketMQ itself. Apache: TopicValidator.SYSTEM_TOPIC_PREFIX. */
export const SYSTEM_TOPIC_PREFIX = 'rmq_sys_'

/** Topics with a meaning of their own. Apache: TopicValidator. */
export const SystemTopic = {
  /** Unknown topics inherit from it when they are created by a send. */
  AUTO_CREATE: 'TBW102',
  /** Messages waiting for a point in time, all in queue 0. Apache: TimerMessageStore.TIMER_TOPIC. */
  TIMER: 'rmq_sys_wheel_timer',
  /** Messages waiting for their delay level; queue id = level − 1. */
  SCHEDULE: 'SCHEDULE_TOPIC_XXXX',
  BENCHMARK: 'BenchmarkTest',
  TRANSACTION_HALF: 'RMQ_SYS_TRANS_HALF_TOPIC',
  TRANSACTION_OPERATION: 'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  TRANSACTION_CHECK_MAX_TIME: 'TRANS_CHECK_MAX_TIME_TOPIC',
  ROCKSDB_TRANSACTION_HALF: 'RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC',
  ROCKSDB_TRANSACTION_OPERATION: 'RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC',
  TRACE: 'RMQ_SYS_TRACE_TOPIC',
  SELF_TEST: 'SELF_TEST_TOPIC',
  OFFSET_MOVED_EVENT: 'OFFSET_MOVED_EVENT',
  ROCKSDB_OFFSET: 'CHECKPOINT_TOPIC',
} as const

const systemTopics: ReadonlySet<string> = new Set(Object.values(SystemTopic))

const closedToClients: ReadonlySet<string> = new Set([
  // Apache leaves the timer topic open, and a message without a time in it stops Apache's timers.
  SystemTopic.TIMER,
  SystemTopic.SCHEDULE,
  SystemTopic.TRANSACTION_HALF,
  SystemTopic.TRANSACTION_OPERATION,
  SystemTopic.TRANSACTION_CHECK_MAX_TIME,
  SystemTopic.ROCKSDB_TRANSACTION_HALF,
  SystemTopic.ROCKSDB_TRANSACTION_OPERATION,
  SystemTopic.SELF_TEST,
  SystemTopic.OFFSET_MOVED_EVENT,
])

/** True for topics of RocketMQ itself that every broker has; each has more, named after itself and its cluster. */
export function isSystemTopic(topic: string): boolean {
  return systemTopics.has(topic) || topic.startsWith(SYSTEM_TOPIC_PREFIX)
}

/** True for topics that clients must not send to. Apache: TopicValidator.isNotAllowedSendTopic. */
export function isClosedToClients(topic: string): boolean {
  return closedToClients.has(topic)
}

export function isSystemGroup(group: string): boolean {
  return group.startsWith(SYSTEM_GROUP_PREFIX)
}

export function retryTopicOf(group: string): string {
  return RETRY_TOPIC_PREFIX + group
}

export function deadLetterTopicOf(group: string): string {
  return DEAD_LETTER_TOPIC_PREFIX + group
}

/** Where answers of request-reply exchanges wait. Apache: MixAll.getReplyTopic. */
export function replyTopicOf(cluster: string): string {
  return `${cluster}_REPLY_TOPIC`
}
