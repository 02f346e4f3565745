/** Topic and group names RocketMQ gives a meaning to. Apache: MixAll, TopicValidator, PopAckConstants. */
export const RETRY_TOPIC_PREFIX = '%RETRY%'
export const DLQ_TOPIC_PREFIX = '%DLQ%'
/** New topics take queue count and permissions from here when a client may create them by sending. */
export const AUTO_CREATE_TOPIC = 'TBW102'
export const SCHEDULE_TOPIC = 'SCHEDULE_TOPIC_XXXX'
export const SELF_TEST_TOPIC = 'SELF_TEST_TOPIC'
export const BENCHMARK_TOPIC = 'BenchmarkTest'
export const OFFSET_MOVED_EVENT = 'OFFSET_MOVED_EVENT'
export const TRANS_HALF_TOPIC = 'RMQ_SYS_TRANS_HALF_TOPIC'
export const TRANS_OP_HALF_TOPIC = 'RMQ_SYS_TRANS_OP_HALF_TOPIC'
export const TRANS_CHECK_MAX_TIME_TOPIC = 'TRANS_CHECK_MAX_TIME_TOPIC'
export const ROCKSDB_TRANS_HALF_TOPIC = 'RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC'
export const ROCKSDB_TRANS_OP_HALF_TOPIC = 'RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC'
export const TRACE_TOPIC = 'RMQ_SYS_TRACE_TOPIC'
export const CHECKPOINT_TOPIC = 'CHECKPOINT_TOPIC'
export const SYSTEM_TOPIC_PREFIX = 'rmq_sys_'
export const SYNC_BROKER_MEMBER_PREFIX = `${SYSTEM_TOPIC_PREFIX}SYNC_BROKER_MEMBER_`
export const WHEEL_TIMER_TOPIC = `${SYSTEM_TOPIC_PREFIX}wheel_timer`

export const retryTopicOf = (group: string): string => RETRY_TOPIC_PREFIX + group
export const dlqTopicOf = (group: string): string => DLQ_TOPIC_PREFIX + group
export const replyTopicOf = (cluster: string): string => `${cluster}_REPLY_TOPIC`
export const reviveTopicOf = (cluster: string): string => `rmq_sys_REVIVE_LOG_${cluster}`

const TOPIC_LENGTH_MAX = 127
const RETRY_OR_DLQ_TOPIC_LENGTH_MAX = 255
const GROUP_LENGTH_MAX = 120
const LEGAL_CHARACTERS = /^[%|a-zA-Z0-9_-]+$/

/** Why a topic name is refused, in Apache's words, or undefined when it is fine. Apache: TopicValidator.validateTopic. */
export function topicNameProblem(topic: string): string | undefined {
  if (topic.trim() === '') return 'The specified topic is blank.'
  if (!LEGAL_CHARACTERS.test(topic)) return illegalCharacters('topic', topic)
  const lengthMax =
    topic.startsWith(RETRY_TOPIC_PREFIX) || topic.startsWith(DLQ_TOPIC_PREFIX)
      ? RETRY_OR_DLQ_TOPIC_LENGTH_MAX
      : TOPIC_LENGTH_MAX
  if (topic.length > lengthMax)
    return `The specified topic: ${topic}, is longer than topic max length: ${lengthMax}`
  return undefined
}

/** Why a group name is refused, or undefined when it is fine. Apache: TopicValidator.validateGroup. */
export function groupNameProblem(group: string): string | undefined {
  if (group.trim() === '') return 'The specified group is blank.'
  if (!LEGAL_CHARACTERS.test(group)) return illegalCharacters('group', group)
  if (group.length > GROUP_LENGTH_MAX)
    return `The specified group: ${group}, is longer than group max length: ${GROUP_LENGTH_MAX}`
  return undefined
}

function illegalCharacters(what: string, name: string): string {
  return `The specified ${what}: ${name}, contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$`
}

const SYSTEM_TOPICS: ReadonlySet<string> = new Set([
  AUTO_CREATE_TOPIC,
  SCHEDULE_TOPIC,
  BENCHMARK_TOPIC,
  TRANS_HALF_TOPIC,
  TRACE_TOPIC,
  TRANS_OP_HALF_TOPIC,
  TRANS_CHECK_MAX_TIME_TOPIC,
  SELF_TEST_TOPIC,
  OFFSET_MOVED_EVENT,
  CHECKPOINT_TOPIC,
  ROCKSDB_TRANS_HALF_TOPIC,
  ROCKSDB_TRANS_OP_HALF_TOPIC,
])

const NOT_ALLOWED_SEND_TOPICS: ReadonlySet<string> = new Set([
  SCHEDULE_TOPIC,
  TRANS_HALF_TOPIC,
  TRANS_OP_HALF_TOPIC,
  TRANS_CHECK_MAX_TIME_TOPIC,
  SELF_TEST_TOPIC,
  OFFSET_MOVED_EVENT,
  ROCKSDB_TRANS_HALF_TOPIC,
  ROCKSDB_TRANS_OP_HALF_TOPIC,
])

/** Topics the same on every broker; TopicTable.isSystemTopic knows those named after this broker and cluster too. */
export function isSystemTopicName(topic: string): boolean {
  return SYSTEM_TOPICS.has(topic) || topic.startsWith(SYSTEM_TOPIC_PREFIX)
}

export function systemTopicNames(): readonly string[] {
  return [...SYSTEM_TOPICS]
}

/** Topics clients must not write to. Apache: TopicValidator.isNotAllowedSendTopic. */
export function isNotAllowedSendTopic(topic: string): boolean {
  return NOT_ALLOWED_SEND_TOPICS.has(topic)
}

/** Apache: MixAll.isSysConsumerGroup. */
export const SYSTEM_GROUP_PREFIX = 'CID_RMQ_SYS_'
