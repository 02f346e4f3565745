import { type MessageProperties, PropertyName } from './properties.js'

/** The kinds of messages that a topic may be declared for (its attribute `message.type`). Apache: TopicMessageType. */
export const TOPIC_MESSAGE_TYPES = [
  'UNSPECIFIED',
  'NORMAL',
  'FIFO',
  'DELAY',
  'TRANSACTION',
  'PRIORITY',
  'LITE',
  'MIXED',
] as const

export type TopicMessageType = (typeof TOPIC_MESSAGE_TYPES)[number]

/** The kinds a message can be. */
export type MessageType = Exclude<TopicMessageType, 'UNSPECIFIED' | 'MIXED'>

const DELAYS = [
  PropertyName.DELAY_LEVEL,
  PropertyName.TIMER_DELIVER,
  PropertyName.TIMER_DELAY_SECONDS,
  PropertyName.TIMER_DELAY_MS,
]

/** The kind of a message: the first, in this order, whose mark it bears. Apache: TopicMessageType.parseFromMessageProperty. */
export function messageTypeOf(properties: Readonly<MessageProperties>): MessageType {
  if (properties[PropertyName.TRANSACTION_PREPARED]?.toLowerCase() === 'true') return 'TRANSACTION'
  if (DELAYS.some((name) => properties[name] !== undefined)) return 'DELAY'
  if (properties[PropertyName.SHARDING_KEY] !== undefined) return 'FIFO'
  if (properties[PropertyName.PRIORITY] !== undefined) return 'PRIORITY'
  if (properties[PropertyName.LITE_TOPIC] !== undefined) return 'LITE'
  return 'NORMAL'
}
