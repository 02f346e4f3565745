import { RETRY_TOPIC_PREFIX, SYSTEM_GROUP_PREFIX, SYSTEM_TOPIC_PREFIX } from '../names/names.js'

/** Properties of popped messages. Apache: MessageConst. */
export const PopPropertyName = {
  /** The receipt handle, for messages whose client cannot make it: those that are stored in another topic than they name. */
  POP_CK: 'POP_CK',
  FIRST_POP_TIME: '1ST_POP_TIME',
  /** On messages of retry topics: the group they belong to. */
  ORIGIN_GROUP: 'ORIGIN_GROUP',
} as const

/** The group that reads the revive topic. Apache: PopAckConstants.REVIVE_GROUP. */
export const REVIVE_GROUP = `${SYSTEM_GROUP_PREFIX}REVIVE_GROUP`

/**
 * Stands for the revive queue in receipt handles of messages popped in order. Apache:
 * KeyBuilder.POP_ORDER_REVIVE_QUEUE.
 */
export const POP_ORDER_REVIVE_QUEUE = 999

/** Where check points and acknowledgements are stored. Apache: PopAckConstants.buildClusterReviveTopic. */
export function reviveTopicOf(cluster: string): string {
  return `${SYSTEM_TOPIC_PREFIX}REVIVE_LOG_${cluster}`
}

/**
 * Version 2 can be split into group and topic again, because neither contains "+". Apache:
 * KeyBuilder.buildPopRetryTopic.
 */
export function popRetryTopicOf(topic: string, group: string, version: 1 | 2): string {
  return `${RETRY_TOPIC_PREFIX}${group}${version === 1 ? '_' : '+'}${topic}`
}

/**
 * The topic that a retry topic of `group` belongs to; any other topic is returned as it is. Apache:
 * KeyBuilder.parseNormalTopic.
 */
export function popOriginTopicOf(topic: string, group: string): string {
  const prefix = RETRY_TOPIC_PREFIX + group
  const mark = topic[prefix.length]
  return topic.startsWith(prefix) && (mark === '_' || mark === '+') ? topic.slice(prefix.length + 1) : topic
}

/**
 * The topics and groups whose retry topic may have this name. A name of version 1 may have several readings; a topic that
 * is no retry topic has none.
 */
export function popRetryOriginsOf(topic: string): readonly { topic: string; group: string }[] {
  if (!topic.startsWith(RETRY_TOPIC_PREFIX)) return NO_ORIGINS
  const origins: { topic: string; group: string }[] = []
  for (let mark = RETRY_TOPIC_PREFIX.length + 1; mark < topic.length - 1; mark++) {
    if (topic[mark] !== '_' && topic[mark] !== '+') continue
    origins.push({ group: topic.slice(RETRY_TOPIC_PREFIX.length, mark), topic: topic.slice(mark + 1) })
  }
  return origins
}

/** Shared, because this function runs for each message and most topics are no retry topics. */
const NO_ORIGINS: readonly never[] = []
