import { DEAD_LETTER_TOPIC_PREFIX, isSystemTopic, RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { decodeProperties, messageTypeOf, PropertyName } from '@rocketeer/protocol/record'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'

/**
 * Whether a topic is declared for messages of this kind, where the broker is told to look
 * (`checkMessageTypes`); one without declaration is for ordinary ones. `index`: where in a batch the message
 * is. Throws `MESSAGE_TYPE_MISMATCH`. Apache does this in its proxy: SendMessageActivity,
 * DefaultTopicMessageTypeValidator.
 */
export function checkType(topic: TopicConfig, properties: string, config: LiveConfig, index?: number): void {
  if (!config.current.checkMessageTypes || isExempt(topic.topicName)) return
  const decoded = decodeProperties(properties)
  if (decoded[PropertyName.TRANSFER_FLAG] !== undefined) return
  const expected = topic.attributes.get('message.type') ?? 'NORMAL'
  const actual = messageTypeOf(decoded)
  if (expected === 'MIXED' || actual === expected) return
  throw refusals.MESSAGE_TYPE_MISMATCH({ topic: topic.topicName, expected, actual, index })
}

function isExempt(topic: string): boolean {
  return (
    topic.startsWith(RETRY_TOPIC_PREFIX) || topic.startsWith(DEAD_LETTER_TOPIC_PREFIX) || isSystemTopic(topic)
  )
}
