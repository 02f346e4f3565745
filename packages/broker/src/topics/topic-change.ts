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
 * What an administrator's request makes of a topic, `asked.attributes` being changes to the present ones; undefined
 * when nothing would change. Throws what is wrong with it. Apache: AdminBrokerProcessor.updateAndCreateTopic.
 */
export function topicAfter(
  { topics, config }: TopicChangeNeeds,
  asked: TopicConfig,
): TopicConfig | undefined {
  const topic = asked.topicName
  checkTopicName(topics, topic)
  const refused = (reason: string) => refusals.TOPIC_CONFIG_ILLEGAL({ topic, reason })
  for (const name of ['readQueueNums', 'writeQueueNums'] as const) {
    if (asked[name] < 0 || asked[name] > QUEUE_NUMS_MAX)
      throw refused(`${name} is ${asked[name]}, it must be between 0 and ${QUEUE_NUMS_MAX}`)
  }
  if (!isValidPermission(asked.perm))
    throw refused(`perm is ${asked.perm}, it must be a sum of 4 (read), 2 (write) and 1 (inherit)`)
  if (asked.topicFilterType !== 'SINGLE_TAG' && asked.topicFilterType !== 'MULTI_TAG')
    throw refused(`topicFilterType is ${asked.topicFilterType}, it must be SINGLE_TAG or MULTI_TAG`)
  if (asked.attributes.get('+message.type') === 'MIXED' && !config.current.allowMixedTopics)
    throw refused('MIXED message type is not supported unless the broker has enableMixedMessageType=true')
  const present = topics.get(topic)
  const attributes = alterAttributes(topicAttributes, present?.attributes, asked.attributes)
  const after = { ...asked, attributes }
  return isDeepStrictEqual(after, present) ? undefined : after
}
