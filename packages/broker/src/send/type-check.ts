import {
  DEAD_LETTER_TOPIC_PREFIX,
  isSystemTopic,
  RETRY_TOPIC_PREFIX,
  ResponseCode,
} from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { decodeProperties, messageTypeOf, PropertyName } from '@rocketeer/protocol/record'
import type { Refusal } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'

/**
 * Whether a topic is declared for messages of this kind, where the broker is told to look
 * (`enableTopicMessageTypeCheck`); one without declaration is for ordinary ones. Apache does this in its proxy:
 * SendMessageActivity, DefaultTopicMessageTypeValidator.
 */
export function typeRefusal(topic: TopicConfig, properties: string, config: LiveConfig): Refusal | undefined {
  if (!config.current.enableTopicMessageTypeCheck || isExempt(topic.topicName)) return undefined
  const decoded = decodeProperties(properties)
  if (decoded[PropertyName.TRANSFER_FLAG] !== undefined) return undefined
  const expected = topic.attributes.get('message.type') ?? 'NORMAL'
  const actual = messageTypeOf(decoded)
  if (expected === 'MIXED' || actual === expected) return undefined
  return {
    code: ResponseCode.MESSAGE_ILLEGAL,
    remark:
      `TopicMessageType validate failed, the expected type is ${expected}, but actual type is ${actual}: send it to a ` +
      `topic with the attribute message.type=${actual}, or give it to the topic ${topic.topicName} (updateTopic -a +message.type=${actual})`,
  }
}

function isExempt(topic: string): boolean {
  return (
    topic.startsWith(RETRY_TOPIC_PREFIX) || topic.startsWith(DEAD_LETTER_TOPIC_PREFIX) || isSystemTopic(topic)
  )
}
