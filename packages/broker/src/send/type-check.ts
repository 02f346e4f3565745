import { DEAD_LETTER_TOPIC_PREFIX, isSystemTopic, RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { decodeProperties, messageTypeOf, PropertyName } from '@rocketeer/protocol/record'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'

interface MessageToCheck {
  readonly properties?: string | undefined
  /** Which message of a batch it is, from 0. */
  readonly index?: number
}

/**
 * With the option `checkMessageTypes`: throws `MESSAGE_TYPE_MISMATCH` unless the topic is declared for messages of this
 * kind; a topic without a declaration is for ordinary ones. Apache checks in its proxy: SendMessageActivity,
 * DefaultTopicMessageTypeValidator.
 */
export function checkType(topic: TopicConfig, message: MessageToCheck, config: LiveConfig): void {
  if (!config.current.checkMessageTypes || isExempt(topic.topicName)) return
  const decoded = decodeProperties(message.properties ?? '')
  if (decoded[PropertyName.TRANSFER_FLAG] !== undefined) return
  const expected = topic.attributes.get('message.type') ?? 'NORMAL'
  const actual = messageTypeOf(decoded)
  if (expected === 'MIXED' || actual === expected) return
  throw refusals.MESSAGE_TYPE_MISMATCH({ topic: topic.topicName, expected, actual, index: message.index })
}

function isExempt(topic: string): boolean {
  return (
    topic.startsWith(RETRY_TOPIC_PREFIX) || topic.startsWith(DEAD_LETTER_TOPIC_PREFIX) || isSystemTopic(topic)
  )
}
