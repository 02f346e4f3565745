import {
  encodeProperties,
  type MessageProperties,
  OWN_PROPERTIES_BYTES_MAX,
  ownPropertiesBytes,
  PropertyName,
} from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'
import { checkTopicToSend } from './names.js'
import { createUniqueId } from './unique-id.js'

/** A message to send. */
export type MessageToSend = MessageContent & DeliveryTime

/** When consumers get a message: at once unless one of the three is given. */
export type DeliveryTime = AtDelayLevel | AtTime | AfterDelay

/** After a delay level; see `DeliveryTime`. */
export interface AtDelayLevel {
  /** Delivered after this level's delay: 1 is the first of the broker's `delayLevels`, 18 the last (2 h). */
  delayLevel?: number | undefined
  deliverAt?: undefined
  deliverAfterMs?: undefined
}

/** At a time; see `DeliveryTime`. */
export interface AtTime {
  delayLevel?: undefined
  /** Delivered at this time, a date or milliseconds since the epoch; brokers allow three days ahead. */
  deliverAt?: Date | number | undefined
  deliverAfterMs?: undefined
}

/** After a while; see `DeliveryTime`. */
export interface AfterDelay {
  delayLevel?: undefined
  deliverAt?: undefined
  /** Delivered this much later, by the broker's clock. */
  deliverAfterMs?: number | undefined
}

/** What a message to send holds. */
export interface MessageContent {
  /** Brokers create it with the first message, unless `autoCreateTopics` is off. */
  topic: string
  /** Bytes, or a text that is sent as UTF-8; not empty. */
  body: string | Uint8Array
  /** Brokers index it: find the message again with `admin.messages.byKey`. Use what is unique in your business. */
  key?: string | undefined
  /** Several keys, without spaces; instead of `key`. */
  keys?: readonly string[] | undefined
  /** Consumers can subscribe to some tags of a topic only. */
  tag?: string | undefined
  /**
   * From 0, the lowest. It chooses the queue; priorities above the number of queues share the last one. Topics of type
   * PRIORITY deliver the highest first to consumers that pop. Not to be combined with a delay, an order key or a queue
   * of your choice. Since RocketMQ 5.5: older brokers ignore it.
   */
  priority?: number | undefined
  /** Properties of your own, by which consumers can filter, too. Names that RocketMQ reserves are refused. */
  properties?: Readonly<Record<string, string>> | undefined
  /** 32 bits of your own. Apache: Message.flag. */
  flag?: number | undefined
}

/** A checked message, as it goes into a request. */
export interface PreparedMessage {
  readonly topic: string
  readonly body: Buffer
  readonly messageId: string
  /** `name \u0001 value \u0002 …`. */
  readonly properties: string
  readonly flag: number
}

/** Properties with a field of their own, or set by RocketMQ itself. Apache: MessageConst.STRING_HASH_SET. */
const RESERVED: Readonly<Record<string, string>> = {
  [PropertyName.KEYS]: 'use "key"',
  [PropertyName.TAGS]: 'use "tag"',
  [PropertyName.DELAY_LEVEL]: 'use "delayLevel"',
  [PropertyName.TIMER_DELIVER]: 'use "deliverAt"',
  [PropertyName.TIMER_DELAY_MS]: 'use "deliverAfterMs"',
  [PropertyName.TIMER_DELAY_SECONDS]: 'use "deliverAfterMs"',
  [PropertyName.TIMER_OUT]: 'brokers set it',
  [PropertyName.TIMER_ENQUEUED]: 'brokers set it',
  [PropertyName.TIMER_DEQUEUED]: 'brokers set it',
  [PropertyName.TIMER_ROLL_TIMES]: 'brokers set it',
  [PropertyName.TIMER_DELETE_KEY]: 'use "producer.recall"',
  [PropertyName.UNIQUE_KEY]: 'the client sets it',
  [PropertyName.WAIT_STORE_OK]: 'RocketMQ uses it',
  [PropertyName.RETRY_TOPIC]: 'brokers set it',
  [PropertyName.REAL_TOPIC]: 'brokers set it',
  [PropertyName.REAL_QUEUE_ID]: 'brokers set it',
  [PropertyName.ORIGIN_MESSAGE_ID]: 'brokers set it',
  [PropertyName.RECONSUME_TIME]: 'consumers set it',
  [PropertyName.MAX_RECONSUME_TIMES]: 'consumers set it',
  [PropertyName.CONSUME_START_TIME]: 'consumers set it',
  [PropertyName.TRANSACTION_PREPARED]: 'transactions use it',
  [PropertyName.PRODUCER_GROUP]: 'transactions use it',
  [PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET]: 'brokers set it',
  [PropertyName.CHECK_IMMUNITY_TIME]: 'use "checkImmunitySeconds" of a transaction producer',
  [PropertyName.CORRELATION_ID]: 'use producer.request()',
  [PropertyName.REPLY_TO_CLIENT]: 'use producer.request()',
  [PropertyName.MESSAGE_TTL]: 'use producer.request()',
  [PropertyName.MESSAGE_TYPE]: 'use producer.reply()',
  [PropertyName.PUSH_REPLY_TIME]: 'brokers set it',
  [PropertyName.MIN_OFFSET]: 'consumers set it',
  [PropertyName.MAX_OFFSET]: 'consumers set it',
  [PropertyName.DLQ_ORIGIN_TOPIC]: 'brokers set it',
  [PropertyName.DLQ_ORIGIN_MESSAGE_ID]: 'brokers set it',
  [PropertyName.DEAD_LETTER_REASON]: 'consumers set it',
  [PropertyName.SHARDING_KEY]: 'use the option "orderKey"',
  [PropertyName.PRIORITY]: 'use "priority"',
  [PropertyName.INNER_MULTI_DISPATCH]: 'brokers use it',
  [PropertyName.INNER_MULTI_QUEUE_OFFSET]: 'brokers use it',
}

/** Brokers read a signed 32-bit integer. */
const PRIORITY_MAX = 0x7fffffff

/** True for names an application must not use itself. */
export function isReservedProperty(name: string): boolean {
  return Object.hasOwn(RESERVED, name)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these two separate the properties of a record
const SEPARATORS = /[\u0001\u0002]/

/**
 * Checks a message and puts its parts into the form of the wire. Throws `TOPIC_INVALID`, `MESSAGE_INVALID` or
 * `MESSAGE_TOO_LARGE`. Apache: Validators.checkMessage.
 */
export function prepareMessage(
  message: MessageToSend,
  bodyBytesMax: number,
  orderKey?: string,
): PreparedMessage {
  if (typeof message !== 'object' || message === null)
    throw invalid('it is not an object with "topic" and "body"')
  checkTopicToSend(message.topic)
  const body = bodyOf(message.body)
  if (body.length > bodyBytesMax) {
    throw clientErrors.MESSAGE_TOO_LARGE({ what: 'the body', bytes: body.length, bytesMax: bodyBytesMax })
  }
  const messageId = createUniqueId()
  return {
    topic: message.topic,
    body,
    messageId,
    properties: propertiesOf(message, messageId, orderKey),
    flag: message.flag ?? 0,
  }
}

function bodyOf(body: unknown): Buffer {
  const bytes = toBuffer(body)
  if (bytes.length === 0) throw invalid('its body is empty; RocketMQ stores no message without a body')
  return bytes
}

function toBuffer(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body)
  if (Buffer.isBuffer(body)) return body
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (body === undefined || body === null) throw invalid('it has no body')
  throw invalid(`its body is ${describe(body)}; send text or bytes, for example JSON.stringify(body)`)
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function propertiesOf(message: MessageToSend, messageId: string, orderKey: string | undefined): string {
  const properties: MessageProperties = { [PropertyName.UNIQUE_KEY]: messageId }
  const keys = keysOf(message)
  if (keys !== undefined) properties[PropertyName.KEYS] = keys
  if (message.tag !== undefined && message.tag !== '')
    properties[PropertyName.TAGS] = checkText('tag', message.tag)
  if (isDelayed(message)) Object.assign(properties, delayOf(message))
  if (message.priority !== undefined) properties[PropertyName.PRIORITY] = priorityOf(message)
  if (orderKey !== undefined) properties[PropertyName.SHARDING_KEY] = checkText('orderKey', orderKey)
  if (message.properties) addOwn(properties, message.properties)
  const encoded = encodeProperties(properties)
  // Only long texts need to be measured: a UTF-16 unit is at most 3 bytes.
  if (encoded.length * 3 > OWN_PROPERTIES_BYTES_MAX) checkPropertiesBytes(encoded)
  return encoded
}

/** True for messages that do not belong in a batch. */
export function isDelayed({ delayLevel, deliverAt, deliverAfterMs }: MessageToSend): boolean {
  return Boolean(delayLevel) || deliverAt !== undefined || deliverAfterMs !== undefined
}

function delayOf({ delayLevel, deliverAt, deliverAfterMs }: MessageToSend): MessageProperties {
  const given = [delayLevel, deliverAt, deliverAfterMs].filter((value) => value !== undefined)
  if (given.length > 1)
    throw invalid('it has more than one of "delayLevel", "deliverAt" and "deliverAfterMs"; give one of them')
  if (delayLevel !== undefined) return { [PropertyName.DELAY_LEVEL]: checkDelayLevel(delayLevel) }
  if (deliverAt !== undefined) return { [PropertyName.TIMER_DELIVER]: checkTime('deliverAt', +deliverAt) }
  return { [PropertyName.TIMER_DELAY_MS]: checkTime('deliverAfterMs', deliverAfterMs!) }
}

/** Brokers drop the priority of a delayed message. */
function priorityOf(message: MessageToSend): string {
  const { priority } = message
  if (isDelayed(message)) throw invalid('it has a delay and "priority"; give one of them')
  if (Number.isInteger(priority) && priority! >= 0 && priority! <= PRIORITY_MAX) return String(priority)
  throw invalid(`"priority" is ${priority}; a whole number from 0, the lowest, is needed`)
}

/** Rounds up: a fraction of a millisecond must not make a message early. */
function checkTime(name: string, ms: number): string {
  const whole = Math.ceil(ms)
  if (Number.isSafeInteger(whole) && whole >= 0) return String(whole)
  throw invalid(
    name === 'deliverAt'
      ? `"deliverAt" is ${ms}; a Date or milliseconds since the epoch are needed`
      : `"deliverAfterMs" is ${ms}; 0 or more milliseconds are needed`,
  )
}

/** Brokers split the keys at spaces. Apache: Message.setKeys. */
function keysOf({ key, keys }: MessageToSend): string | undefined {
  if (key !== undefined && keys !== undefined) throw invalid('it has "key" and "keys"; give one of them')
  const joined = keys === undefined ? key : keys.map((each) => checkText('keys', each)).join(' ')
  return joined === undefined || joined === '' ? undefined : checkText('key', joined)
}

function addOwn(properties: MessageProperties, own: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(own)) {
    if (isReservedProperty(name)) throw invalid(`the property "${name}" is reserved: ${RESERVED[name]}`)
    if (name === '') throw invalid('a property has no name')
    properties[checkText('properties', name)] = checkText(`properties.${name}`, value)
  }
}

function checkText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw invalid(`"${name}" is ${describe(value)}; a string is needed`)
  if (SEPARATORS.test(value))
    throw invalid(`"${name}" contains U+0001 or U+0002, which separate properties in RocketMQ`)
  return value
}

function checkDelayLevel(level: number): string {
  if (Number.isInteger(level) && level >= 0) return String(level)
  throw invalid(`"delayLevel" is ${level}; 1 to 18 are the levels of the broker's delayLevels, 0 is none`)
}

/** Brokers add properties of their own when a message is retried, delayed or a dead letter. */
function checkPropertiesBytes(encoded: string): void {
  const bytes = ownPropertiesBytes(encoded)
  if (bytes <= OWN_PROPERTIES_BYTES_MAX) return
  throw clientErrors.MESSAGE_TOO_LARGE({
    what: 'the sum of "key", "tag" and "properties"',
    bytes,
    bytesMax: OWN_PROPERTIES_BYTES_MAX,
  })
}

function invalid(problem: string) {
  return clientErrors.MESSAGE_INVALID({ problem })
}
