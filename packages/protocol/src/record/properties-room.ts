import { PopPropertyName } from '../pop/pop-names.js'
import { PropertyName, withoutProperty } from './properties.js'
import { PROPERTIES_BYTES_MAX } from './record-layout.js'

/** Name of a topic of a group and another topic (`%RETRY%group_topic`), and of anything else with a name of its own. */
const NAME_BYTES_MAX = 255
/** Offsets and times, with their sign. */
const INT64_BYTES_MAX = 20
const INT32_BYTES_MAX = 11
/** Of an IPv6 host, in hexadecimal digits; see `encodeMessageId`. */
const MESSAGE_ID_BYTES_MAX = 56
/** Of a client with an IPv6 address; see Apache's MessageClientIDSetter. */
const UNIQUE_KEY_BYTES = 56
/** See `encodeReceiptHandle`: the name of the broker and seven numbers. */
const RECEIPT_HANDLE_BYTES_MAX = NAME_BYTES_MAX + 7 * (INT64_BYTES_MAX + 1)

/** A longer reason is cut. */
export const DEAD_LETTER_REASON_BYTES_MAX = 256

/** What brokers and consumers add to a message on its way, with the bytes of the longest value. */
const ADDED: ReadonlyMap<string, number> = new Map([
  // When it is sent, by the client for a transaction, a delivery time, a request or a reply, and by the broker.
  [PropertyName.TRANSACTION_PREPARED, 5],
  [PropertyName.CHECK_IMMUNITY_TIME, INT32_BYTES_MAX],
  [PropertyName.TIMER_DELAY_MS, INT64_BYTES_MAX],
  [PropertyName.TIMER_DELAY_SECONDS, INT64_BYTES_MAX],
  [PropertyName.PRIORITY, INT32_BYTES_MAX],
  [PropertyName.CORRELATION_ID, 36],
  [PropertyName.REPLY_TO_CLIENT, NAME_BYTES_MAX],
  [PropertyName.MESSAGE_TTL, INT32_BYTES_MAX],
  [PropertyName.MESSAGE_TYPE, 5],
  [PropertyName.UNIQUE_KEY, UNIQUE_KEY_BYTES],
  [PropertyName.MESSAGE_REGION, NAME_BYTES_MAX],
  [PropertyName.TRACE_SWITCH, 5],
  [PropertyName.CLUSTER, NAME_BYTES_MAX],
  // While it waits for a delay level, its delivery time or the end of its transaction.
  [PropertyName.REAL_TOPIC, NAME_BYTES_MAX],
  [PropertyName.REAL_QUEUE_ID, INT32_BYTES_MAX],
  [PropertyName.DELAY_LEVEL, INT32_BYTES_MAX],
  [PropertyName.TIMER_DELIVER, INT64_BYTES_MAX],
  [PropertyName.TIMER_OUT, INT64_BYTES_MAX],
  [PropertyName.TIMER_ENQUEUED, INT64_BYTES_MAX],
  [PropertyName.TIMER_DEQUEUED, INT64_BYTES_MAX],
  [PropertyName.TIMER_ROLL_TIMES, INT32_BYTES_MAX],
  [PropertyName.PRODUCER_GROUP, NAME_BYTES_MAX],
  [PropertyName.TRANSACTION_ID, UNIQUE_KEY_BYTES],
  [PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET, INT64_BYTES_MAX],
  [PropertyName.TRANSACTION_CHECK_TIMES, INT32_BYTES_MAX],
  // When it is given back, or is a dead letter. The last five are those of Apache's consumers.
  [PropertyName.RETRY_TOPIC, NAME_BYTES_MAX],
  [PropertyName.ORIGIN_MESSAGE_ID, MESSAGE_ID_BYTES_MAX],
  [PropertyName.WAIT_STORE_OK, 5],
  [PropertyName.DEAD_LETTER_REASON, DEAD_LETTER_REASON_BYTES_MAX],
  [PropertyName.REPLAY_TIMES, INT32_BYTES_MAX],
  [PropertyName.DLQ_ORIGIN_TOPIC, NAME_BYTES_MAX],
  [PropertyName.DLQ_ORIGIN_MESSAGE_ID, MESSAGE_ID_BYTES_MAX],
  [PropertyName.RECONSUME_TIME, INT32_BYTES_MAX],
  [PropertyName.MAX_RECONSUME_TIMES, INT32_BYTES_MAX],
  [PropertyName.CONSUME_START_TIME, INT64_BYTES_MAX],
  [PropertyName.MIN_OFFSET, INT64_BYTES_MAX],
  [PropertyName.MAX_OFFSET, INT64_BYTES_MAX],
  // When it is popped.
  [PopPropertyName.POP_CK, RECEIPT_HANDLE_BYTES_MAX],
  [PopPropertyName.FIRST_POP_TIME, INT64_BYTES_MAX],
  [PopPropertyName.ORIGIN_GROUP, NAME_BYTES_MAX],
])

/** Bytes that all of these take at most. */
export const ADDED_PROPERTIES_BYTES_MAX = [...ADDED].reduce(
  (sum, [name, valueBytes]) => sum + name.length + valueBytes + 2,
  0,
)

/**
 * A message may be sent with this much in properties of its own; what is left of a record's 32,767 bytes is for those that
 * are added when it is retried, delayed, checked, popped or a dead letter. Apache's broker keeps no such room.
 */
export const OWN_PROPERTIES_BYTES_MAX = 28 * 1024

/**
 * Bytes that the properties of a message have of their own. Those that brokers and consumers add count only where they are
 * longer than these make them; twice, because there are some whose value is copied into another one.
 */
export function ownPropertiesBytes(encoded: string): number {
  const seen = new Set<string>()
  let bytes = 0
  for (const part of encoded.split('\u0002')) {
    if (part === '') continue
    const partBytes = Buffer.byteLength(part) + 1
    const mark = part.indexOf('\u0001')
    const name = mark < 0 ? '' : part.slice(0, mark)
    const addedBytes = seen.has(name) ? undefined : ADDED.get(name)
    seen.add(name)
    if (addedBytes === undefined) bytes += partBytes
    else bytes += 2 * Math.max(0, partBytes - (name.length + addedBytes + 2))
  }
  return bytes
}

/** The names that a broker adds to messages; the group that consumes one is not known when it is sent. */
export interface AddedNames {
  readonly topic: string
  readonly clusterName: string
  readonly brokerName: string
  readonly regionId: string
}

/** What only the sender adds: a message without it stays so. */
const SENT_ONLY: ReadonlySet<string> = new Set([
  PropertyName.TRANSACTION_PREPARED,
  PropertyName.CHECK_IMMUNITY_TIME,
  PropertyName.TIMER_DELAY_MS,
  PropertyName.TIMER_DELAY_SECONDS,
  PropertyName.PRIORITY,
  PropertyName.CORRELATION_ID,
  PropertyName.REPLY_TO_CLIENT,
  PropertyName.MESSAGE_TTL,
  PropertyName.MESSAGE_TYPE,
  PropertyName.PRODUCER_GROUP,
])

/**
 * Whether a message with more than `OWN_PROPERTIES_BYTES_MAX` has the room all the same, because its names are shorter than
 * names may be: Apache's own tests send 30 KiB. False where a property is longer than brokers and consumers make it, or is
 * there twice.
 */
export function hasRoomForAdded(encoded: string, names: AddedNames): boolean {
  return roomBesideAdded(encoded, names) >= 0
}

/** Bytes that are left behind everything that may be added; -Infinity where a property is longer than usual, or there twice. */
function roomBesideAdded(encoded: string, names?: AddedNames): number {
  const present = new Map<string, number>()
  for (const part of encoded.split('\u0002')) {
    const mark = part.indexOf('\u0001')
    const name = part.slice(0, Math.max(0, mark))
    if (present.has(name) && ADDED.has(name)) return Number.NEGATIVE_INFINITY
    present.set(name, Buffer.byteLength(part) - name.length - 1)
  }
  let addedBytes = 0
  for (const [name, bytesMax] of ADDED) {
    const presentBytes = present.get(name)
    if (presentBytes !== undefined && presentBytes > bytesMax) return Number.NEGATIVE_INFINITY
    if (presentBytes === undefined && SENT_ONLY.has(name)) continue
    const bytes = Math.max(presentBytes ?? 0, (names && bytesOf(name, names)) ?? bytesMax)
    addedBytes += presentBytes === undefined ? name.length + 2 + bytes : bytes - presentBytes
  }
  // A text may come without its last mark.
  return PROPERTIES_BYTES_MAX - Buffer.byteLength(encoded) - 1 - addedBytes
}

/**
 * Bytes that the value of FAILURE_HISTORY may have beside the other properties of a message, so that it can go all its ways
 * nevertheless; negative where it has no room. The history has no part of the room that is kept for what is added: it
 * takes what the properties of the message's own leave free.
 */
export function failureHistoryRoom(encoded: string): number {
  const others = withoutProperty(encoded, PropertyName.FAILURE_HISTORY)
  const free = Math.max(OWN_PROPERTIES_BYTES_MAX - ownPropertiesBytes(others), roomBesideAdded(others))
  return free - PropertyName.FAILURE_HISTORY.length - 2
}

/** Bytes of the value, where the names decide. */
function bytesOf(name: string, { topic, clusterName, brokerName, regionId }: AddedNames): number | undefined {
  switch (name) {
    case PropertyName.RETRY_TOPIC:
    case PropertyName.DLQ_ORIGIN_TOPIC:
      return Buffer.byteLength(topic)
    case PropertyName.CLUSTER:
      return Buffer.byteLength(clusterName)
    case PropertyName.MESSAGE_REGION:
      return Buffer.byteLength(regionId)
    case PopPropertyName.POP_CK:
      return RECEIPT_HANDLE_BYTES_MAX - NAME_BYTES_MAX + Buffer.byteLength(brokerName)
    default:
      return undefined
  }
}
