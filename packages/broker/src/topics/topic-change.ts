import { isDeepStrictEqual } from 'node:util'
import { isValidPermission, topicNameProblem } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import { alterAttributes, topicAttributes } from '../tables/attributes.js'
import type { TopicTable } from '../tables/topic-table.js'

/** Each queue costs memory and files from its first message on; Apache has no limit. */
const QUEUE_NUMS_MAX = 65_536

export interface TopicChangeNeeds {
  readonly topics: TopicTable
  readonly config: LiveConfig
}

/** Throws `TOPIC_NAME_ILLEGAL` or `TOPIC_RESERVED`. */
export function checkTopicName(topics: TopicTable, topic: string): void {
  const reason = topicNameProblem(topic)
  if (reason !== undefined) throw refusals.TOPIC_NAME_ILLEGAL({ topic, reason })
  if (topics.isSystemTopic(topic)) throw refusals.TOPIC_RESERVED({ topic })
}

/**
 * The topic as an administrator's request changes or creates it; undefined when nothing would change.
 * `requested.attributes` are changes to the present ones. Throws `TOPIC_CONFIG_ILLEGAL` and what `checkTopicName` throws. Apache: AdminBrokerProcessor.updateAndCreateTopic.
 */
export function topicAfter(
  { topics, config }: TopicChangeNeeds,
  requested: TopicConfig,
): TopicConfig | undefined {
  const topic = requested.topicName
  checkTopicName(topics, topic)
  const refusal = (reason: string) => refusals.TOPIC_CONFIG_ILLEGAL({ topic, reason })
  for (const name of ['readQueueNums', 'writeQueueNums'] as const) {
    if (requested[name] < 0 || requested[name] > QUEUE_NUMS_MAX)
      throw refusal(`${name} is ${requested[name]}, it must be between 0 and ${QUEUE_NUMS_MAX}`)
  }
  if (!isValidPermission(requested.perm))
    throw refusal(`perm is ${requested.perm}, it must be a sum of 4 (read), 2 (write) and 1 (inherit)`)
  if (requested.topicFilterType !== 'SINGLE_TAG' && requested.topicFilterType !== 'MULTI_TAG')
    throw refusal(`topicFilterType is ${requested.topicFilterType}, it must be SINGLE_TAG or MULTI_TAG`)
  if (requested.attributes.get('+message.type') === 'MIXED' && !config.current.allowMixedTopics)
    throw refusal(
      'MIXED message type is not supported unless the broker has allowMixedTopics (enableMixedMessageType=true in a broker.conf)',
    )
  const present = topics.get(topic)
  const attributes = alterAttributes(topicAttributes, present?.attributes, requested.attributes)
  const after = { ...requested, attributes }
  return isDeepStrictEqual(after, present) ? undefined : after
}
