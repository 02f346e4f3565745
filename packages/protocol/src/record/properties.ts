import { javaHashCode } from '../java/hash-code.js'

/** Separators of the properties text. Apache: MessageDecoder.NAME_VALUE_SEPARATOR and PROPERTY_SEPARATOR. */
const VALUE_MARK = '\u0001'
const END_MARK = '\u0002'

export type MessageProperties = Record<string, string>

/** Names of properties to which RocketMQ itself gives a meaning. Apache: MessageConst. */
export const PropertyName = {
  KEYS: 'KEYS',
  TAGS: 'TAGS',
  /** Unique id the client gave the message; what users call the message id. */
  UNIQUE_KEY: 'UNIQ_KEY',
  DELAY_LEVEL: 'DELAY',
  /** When to deliver, milliseconds since the epoch. */
  TIMER_DELIVER: 'TIMER_DELIVER_MS',
  TIMER_DELAY_MS: 'TIMER_DELAY_MS',
  TIMER_DELAY_SECONDS: 'TIMER_DELAY_SEC',
  /** Set by brokers: the last moment, in steps of their precision, before the delivery. */
  TIMER_OUT: 'TIMER_OUT_MS',
  /** On a message that cancels another: the other's unique key, perhaps with `topic+` in front. */
  TIMER_DELETE_KEY: 'TIMER_DEL_UNIQKEY',
  TIMER_ENQUEUED: 'TIMER_ENQUEUE_MS',
  TIMER_DEQUEUED: 'TIMER_DEQUEUE_MS',
  /** How often the message was stored again because it was due far ahead. */
  TIMER_ROLL_TIMES: 'TIMER_ROLL_TIMES',
  WAIT_STORE_OK: 'WAIT',
  RETRY_TOPIC: 'RETRY_TOPIC',
  REAL_TOPIC: 'REAL_TOPIC',
  REAL_QUEUE_ID: 'REAL_QID',
  ORIGIN_MESSAGE_ID: 'ORIGIN_MESSAGE_ID',
  RECONSUME_TIME: 'RECONSUME_TIME',
  MAX_RECONSUME_TIMES: 'MAX_RECONSUME_TIMES',
  CONSUME_START_TIME: 'CONSUME_START_TIME',
  TRANSACTION_PREPARED: 'TRAN_MSG',
  PRODUCER_GROUP: 'PGROUP',
  /** On half messages and every copy of them: the unique key of the message. */
  TRANSACTION_ID: '__transactionId__',
  /** How often a producer was asked for the outcome. */
  TRANSACTION_CHECK_TIMES: 'TRANSACTION_CHECK_TIMES',
  /** On copies of a half message: the queue offset of the first one. */
  TRANSACTION_PREPARED_QUEUE_OFFSET: 'TRAN_PREPARED_QUEUE_OFFSET',
  /** Seconds during which nobody asks for the outcome; set by producers. */
  CHECK_IMMUNITY_TIME: 'CHECK_IMMUNITY_TIME_IN_SECONDS',
  MIN_OFFSET: 'MIN_OFFSET',
  MAX_OFFSET: 'MAX_OFFSET',
  BUYER_ID: 'BUYER_ID',
  INSTANCE_ID: 'INSTANCE_ID',
  CLUSTER: 'CLUSTER',
  MESSAGE_REGION: 'MSG_REGION',
  TRACE_SWITCH: 'TRACE_ON',
  DLQ_ORIGIN_TOPIC: 'DLQ_ORIGIN_TOPIC',
  DLQ_ORIGIN_MESSAGE_ID: 'DLQ_ORIGIN_MESSAGE_ID',
  SHARDING_KEY: '__SHARDINGKEY',
  /** On messages that were stored elsewhere before. */
  TRANSFER_FLAG: 'TRANSFER_FLAG',
  /** A whole number from 0; chooses the queue. */
  PRIORITY: '_SYS_MSG_PRIORITY_',
  LITE_TOPIC: '__LITE_TOPIC',
  INNER_MULTI_DISPATCH: 'INNER_MULTI_DISPATCH',
  INNER_MULTI_QUEUE_OFFSET: 'INNER_MULTI_QUEUE_OFFSET',
  /** Of a request and its reply. */
  CORRELATION_ID: 'CORRELATION_ID',
  /** The id of the client that waits for the reply. */
  REPLY_TO_CLIENT: 'REPLY_TO_CLIENT',
  /** How long that client waits, milliseconds. */
  MESSAGE_TTL: 'TTL',
  /** `reply` on replies. */
  MESSAGE_TYPE: 'MSG_TYPE',
  /** Set by brokers: when they handed the reply on. */
  PUSH_REPLY_TIME: 'PUSH_REPLY_TIME',
  /** Set by our consumers, not Apache's: why the message is a dead letter. */
  DEAD_LETTER_REASON: 'DEAD_LETTER_REASON',
  /** Set by our consumers, not Apache's: the failed attempts at the message; see `encodeFailureHistory`. */
  FAILURE_HISTORY: 'FAILURE_HISTORY',
  /** Set by our tools, not Apache's: how often the message was given to its group again as a dead letter. */
  REPLAY_TIMES: 'REPLAY_TIMES',
} as const

/** One property in the form of the wire. */
export function encodeProperty(name: string, value: string): string {
  return name + VALUE_MARK + value + END_MARK
}

export function encodeProperties(properties: Readonly<MessageProperties>): string {
  let encoded = ''
  for (const name in properties) {
    const value = properties[name]
    if (value !== undefined) encoded += encodeProperty(name, value)
  }
  return encoded
}

/** Leaves out a part without a value mark, as Apache does (MessageDecoder.string2messageProperties). */
export function decodeProperties(encoded: string): MessageProperties {
  const properties: MessageProperties = {}
  for (let start = 0; start < encoded.length; ) {
    let end = encoded.indexOf(END_MARK, start)
    if (end < 0) end = encoded.length
    const mark = encoded.indexOf(VALUE_MARK, start)
    if (mark > start && mark < end)
      setProperty(properties, encoded.slice(start, mark), encoded.slice(mark + 1, end))
    start = end + 1
  }
  return properties
}

/** Names come from outside: one called `__proto__` must stay a plain property. */
function setProperty(properties: MessageProperties, name: string, value: string): void {
  if (name === '__proto__')
    Object.defineProperty(properties, name, { value, enumerable: true, configurable: true })
  else properties[name] = value
}

/** Looks one property up without decoding the others. */
export function findProperty(encoded: string, name: string): string | undefined {
  const start = startOf(encoded, name)
  if (start < 0) return undefined
  const end = encoded.indexOf(END_MARK, start)
  return encoded.slice(start + name.length + 1, end < 0 ? encoded.length : end)
}

/** The properties text without one of them; the others stay as they are. */
export function withoutProperty(encoded: string, name: string): string {
  let rest = encoded
  for (let start = startOf(rest, name); start >= 0; start = startOf(rest, name)) {
    const end = rest.indexOf(END_MARK, start)
    rest = rest.slice(0, start) + (end < 0 ? '' : rest.slice(end + 1))
  }
  return rest
}

/** The properties text with further ones at its end; it must not have their names yet. */
export function withProperties(encoded: string, further: Readonly<MessageProperties>): string {
  return joinProperties(encoded, encodeProperties(further))
}

/** Two properties texts as one; they must not have names in common. */
export function joinProperties(first: string, second: string): string {
  // Apache's clients leave out the last mark.
  if (first === '' || first.endsWith(END_MARK)) return first + second
  return first + END_MARK + second
}

/** Where the name of a property begins in the text, -1 when it is not there. */
function startOf(encoded: string, name: string): number {
  const needle = name + VALUE_MARK
  let at = encoded.indexOf(needle)
  while (at > 0 && encoded[at - 1] !== END_MARK) at = encoded.indexOf(needle, at + 1)
  return at
}

/** The hash code of a tag that a consume queue keeps; 0 without a tag. Apache: MessageExtBrokerInner.tagsString2tagsCode. */
export function tagsCodeOf(tags: string | undefined): number {
  return tags ? javaHashCode(tags) : 0
}
