import {
  encodeProperty,
  OWN_PROPERTIES_BYTES_MAX,
  ownPropertiesBytes,
  PropertyName,
} from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'
import {
  checkInt32,
  checkKey,
  checkPlainObject,
  checkTag,
  checkText,
  describe,
  invalidMessage,
  unknownFieldProblem,
} from './field-checks.js'
import { checkTopicToSend } from './names.js'
import { reservationOf } from './reserved-properties.js'
import { createMessageId } from './unique-id.js'

/** A message to send. */
export type MessageToSend = MessageContent & DeliveryTime

/** When consumers get a message: at once unless one of the three is given. */
export type DeliveryTime = AtDelayLevel | AtTime | AfterDelay

/** After a delay level; see `DeliveryTime`. */
export interface AtDelayLevel {
  /**
   * Delivered after this level's delay: 1 is the first of the broker's `delayLevels`, 18 the last (2 h), 0 none. One above
   * the producer's `delayLevelMax` is refused.
   */
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
  /**
   * Brokers index it: find the message again with `admin.messages.byKey`. Use what is unique in your business; without
   * white space.
   */
  key?: string | undefined
  /** Several keys, each without white space; instead of `key`. */
  keys?: readonly string[] | undefined
  /** Consumers can subscribe to some tags of a topic only: not `*`, without `||`, and without white space around it. */
  tag?: string | undefined
  /**
   * From 0, the lowest. It chooses the queue; priorities above the number of queues share the last one. Topics of type
   * PRIORITY deliver the highest first to consumers that pop. Not to be combined with a delay, an order key or a queue
   * of your choice. Since RocketMQ 5.5: older brokers ignore it.
   */
  priority?: number | undefined
  /** Properties of your own, by which consumers can filter, too. Names that RocketMQ reserves are refused. */
  properties?: Readonly<Record<string, string>> | undefined
  /** 32 bits of your own, a signed integer, 0 by default. Apache: Message.flag. */
  flag?: number | undefined
  /**
   * The unique id under which the message may have been sent before, so that consumers see that it is the same one; made
   * by `createMessageId`. The client gives a message without one a new id.
   */
  messageId?: string | undefined
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

/** What a producer allows a message; part of its options. */
export interface MessageLimits {
  readonly messageBytesMax: number
  readonly delayLevelMax: number
}

/** Each field of a message. */
const FIELDS: ReadonlySet<string> = new Set<keyof MessageToSend>([
  'topic',
  'body',
  'key',
  'keys',
  'tag',
  'delayLevel',
  'deliverAt',
  'deliverAfterMs',
  'priority',
  'properties',
  'flag',
  'messageId',
])

/**
 * The one place that checks the messages users give. Puts the parts of one into the form of the wire; whatever passes
 * arrives as it was given and is found by its key and its tag. Throws `TOPIC_INVALID`, `MESSAGE_INVALID` or
 * `MESSAGE_TOO_LARGE`. Apache: Validators.checkMessage.
 */
export function prepareMessage(
  message: MessageToSend,
  limits: MessageLimits,
  orderKey?: string,
): PreparedMessage {
  if (typeof message !== 'object' || message === null)
    throw invalidMessage('it is not an object with "topic" and "body"')
  for (const field in message) {
    if (!FIELDS.has(field) && (message as unknown as Record<string, unknown>)[field] !== undefined)
      throw invalidMessage(unknownFieldProblem(field, FIELDS))
  }
  checkTopicToSend(message.topic)
  const body = bodyOf(message.body)
  const { messageBytesMax: bytesMax } = limits
  if (body.length > bytesMax)
    throw clientErrors.MESSAGE_TOO_LARGE({ what: 'the body', bytes: body.length, bytesMax })
  const messageId = message.messageId === undefined ? createMessageId() : checkMessageId(message.messageId)
  return {
    topic: message.topic,
    body,
    messageId,
    properties: propertiesOf(message, { messageId, orderKey, delayLevelMax: limits.delayLevelMax }),
    flag: message.flag === undefined ? 0 : checkInt32('flag', message.flag, 'a 32-bit integer is needed'),
  }
}

/** The limits of a producer to which none were given; the longest body is that of Apache's brokers. */
export const DEFAULT_LIMITS: MessageLimits = { messageBytesMax: 4 * 1024 * 1024, delayLevelMax: 18 }

/**
 * Checks a message as `send` does, for programs that note it first and send it later. Throws `MESSAGE_INVALID`,
 * `MESSAGE_TOO_LARGE` or `TOPIC_INVALID`.
 */
export function checkMessage(message: MessageToSend, orderKey?: string): void {
  prepareMessage(message, DEFAULT_LIMITS, orderKey)
}

/** Brokers and clients of Apache's know 32 digits, and 56 of a machine with an IPv6 address. */
function checkMessageId(messageId: unknown): string {
  if (typeof messageId === 'string' && /^(?:[\dA-F]{32}|[\dA-F]{56})$/.test(messageId)) return messageId
  throw invalidMessage(
    `"messageId" is ${describe(messageId)}; one that createMessageId made is needed, or that of a receipt`,
  )
}

function bodyOf(body: unknown): Buffer {
  const bytes = toBuffer(body)
  if (bytes.length === 0) throw invalidMessage('its body is empty; RocketMQ stores no message without a body')
  return bytes
}

function toBuffer(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body)
  if (Buffer.isBuffer(body)) return body
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (body === undefined || body === null) throw invalidMessage('it has no body')
  throw invalidMessage(`its body is ${describe(body)}; send text or bytes, for example JSON.stringify(body)`)
}

function propertiesOf(
  message: MessageToSend,
  given: { messageId: string; orderKey: string | undefined; delayLevelMax: number },
): string {
  let encoded = encodeProperty(PropertyName.UNIQUE_KEY, given.messageId)
  const keys = keysOf(message)
  if (keys !== '') encoded += encodeProperty(PropertyName.KEYS, keys)
  if (message.tag !== undefined) encoded += encodeProperty(PropertyName.TAGS, checkTag(message.tag))
  if (isDelayed(message)) encoded += delayOf(message, given.delayLevelMax)
  if (message.priority !== undefined) encoded += encodeProperty(PropertyName.PRIORITY, priorityOf(message))
  if (given.orderKey !== undefined)
    encoded += encodeProperty(PropertyName.SHARDING_KEY, checkText('orderKey', given.orderKey))
  if (message.properties !== undefined) encoded += ownProperties(message.properties)
  // Only long texts need to be measured: a UTF-16 unit is at most 3 bytes.
  if (encoded.length * 3 > OWN_PROPERTIES_BYTES_MAX) checkPropertiesBytes(encoded)
  return encoded
}

/** True for messages that do not belong in a batch. */
export function isDelayed({ delayLevel, deliverAt, deliverAfterMs }: MessageToSend): boolean {
  return (
    (delayLevel !== undefined && delayLevel !== 0) || deliverAt !== undefined || deliverAfterMs !== undefined
  )
}

function delayOf({ delayLevel, deliverAt, deliverAfterMs }: MessageToSend, levelMax: number): string {
  const given = [delayLevel, deliverAt, deliverAfterMs].filter((value) => value !== undefined)
  if (given.length > 1)
    throw invalidMessage(
      'it has more than one of "delayLevel", "deliverAt" and "deliverAfterMs"; give one of them',
    )
  if (delayLevel !== undefined)
    return encodeProperty(PropertyName.DELAY_LEVEL, checkDelayLevel(delayLevel, levelMax))
  if (deliverAt !== undefined) return encodeProperty(PropertyName.TIMER_DELIVER, timeOf(deliverAt))
  return encodeProperty(PropertyName.TIMER_DELAY_MS, durationOf(deliverAfterMs))
}

/** Brokers drop the priority of a delayed message. */
function priorityOf(message: MessageToSend): string {
  if (isDelayed(message)) throw invalidMessage('it has a delay and "priority"; give one of them')
  const needed = 'a whole number from 0, the lowest, is needed'
  return String(checkInt32('priority', message.priority, needed, 0))
}

function timeOf(deliverAt: unknown): string {
  const ms = deliverAt instanceof Date ? deliverAt.getTime() : deliverAt
  if (isTime(ms)) return String(Math.ceil(ms))
  const needed = 'a date or milliseconds since the epoch are needed'
  throw invalidMessage(`"deliverAt" is ${describe(deliverAt)}; ${needed}`)
}

function durationOf(deliverAfterMs: unknown): string {
  if (isTime(deliverAfterMs)) return String(Math.ceil(deliverAfterMs))
  throw invalidMessage(`"deliverAfterMs" is ${describe(deliverAfterMs)}; 0 or more milliseconds are needed`)
}

/** Fractions are rounded up: a part of a millisecond must not make a message early. */
function isTime(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER
}

/** The keys in one text, which is empty when there are none. */
function keysOf({ key, keys }: MessageToSend): string {
  if (key !== undefined && keys !== undefined)
    throw invalidMessage('it has "key" and "keys"; give one of them')
  if (key !== undefined) return checkKey('key', key)
  if (keys === undefined) return ''
  if (!Array.isArray(keys)) throw invalidMessage(`"keys" is ${describe(keys)}; an array of strings is needed`)
  for (const each of keys) checkKey('keys', each)
  return keys.join(' ')
}

function ownProperties(own: unknown): string {
  checkPlainObject('properties', own)
  let encoded = ''
  for (const [name, value] of Object.entries(own)) {
    const reservation = reservationOf(name)
    if (reservation !== undefined) throw invalidMessage(`the property "${name}" is reserved: ${reservation}`)
    if (name === '') throw invalidMessage('a property has no name')
    encoded += encodeProperty(checkText('properties', name), checkText(`properties.${name}`, value))
  }
  return encoded
}

function checkDelayLevel(level: unknown, max: number): string {
  const needed = `1 to ${max} are the levels of the broker's delayLevels, 0 is none`
  const whole = checkInt32('delayLevel', level, needed, 0)
  if (whole <= max) return String(whole)
  throw invalidMessage(
    `"delayLevel" is ${whole}; ${needed} (delayLevelMax). For a time of your own use "deliverAfterMs" or "deliverAt"`,
  )
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
