import { SystemTopic } from '@rocketeer/protocol'
import {
  decodeProperties,
  decodeRecord,
  type EncodedHost,
  encodeProperties,
  type MessageProperties,
  type MessageRecord,
  PropertyName,
  RecordPosition,
  SysFlag,
  tagsCodeOf,
  withTransactionType,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'

/** Apache writes half messages into this queue only. */
export const HALF_QUEUE = 0

/** A record of RMQ_SYS_TRANS_HALF_TOPIC: a message that waits for the outcome of its producer's transaction. */
export interface HalfMessage {
  readonly record: MessageRecord
  readonly bornHost: EncodedHost
  readonly properties: MessageProperties
  /** Where it goes when it is committed. */
  readonly topic: string
  readonly queueId: number
  /** The producers that know the outcome. */
  readonly group: string
  /** Queue offset of the first copy: what tells one transaction from another. */
  readonly origin: number
  /** How often a producer was asked. */
  readonly checks: number
  /** Milliseconds during which nobody is asked, when the producer set a time of its own. */
  readonly immunityMs: number | undefined
  /** Since when it waits, milliseconds since the epoch. */
  readonly since: number
}

/**
 * What a producer's message becomes until the transaction is over. Apache: TransactionalMessageBridge.parseHalfMessageInner.
 */
export function halfOf(message: MessageToStore, producerGroup: string): MessageToStore {
  const properties = decodeProperties(message.properties)
  // Without a group there would be nobody to ask.
  properties[PropertyName.PRODUCER_GROUP] ||= producerGroup
  if (message.uniqueKey !== undefined) properties[PropertyName.TRANSACTION_ID] = message.uniqueKey
  properties[PropertyName.REAL_TOPIC] = message.topic
  properties[PropertyName.REAL_QUEUE_ID] = String(message.queueId)
  // A copy says where the first one is; a new message must not.
  delete properties[PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET]
  delete properties[PropertyName.TRANSACTION_CHECK_TIMES]
  return {
    ...message,
    topic: SystemTopic.TRANSACTION_HALF,
    queueId: HALF_QUEUE,
    sysFlag: withTransactionType(message.sysFlag, 0),
    properties: encodeProperties(properties),
  }
}

/** Undefined when the record is no half message, or lacks what makes it one. Throws `RECORD_MALFORMED`. */
export function decodeHalf(bytes: Buffer): HalfMessage | undefined {
  const record = decodeRecord(bytes, 0)
  if (record.topic !== SystemTopic.TRANSACTION_HALF) return undefined
  return asHalf(bytes, record)
}

/** The same for a record of TRANS_CHECK_MAX_TIME_TOPIC, which is a half message that was given up. */
export function decodeParked(bytes: Buffer): HalfMessage | undefined {
  const record = decodeRecord(bytes, 0)
  if (record.topic !== SystemTopic.TRANSACTION_CHECK_MAX_TIME) return undefined
  return asHalf(bytes, record)
}

function asHalf(bytes: Buffer, record: MessageRecord): HalfMessage | undefined {
  const properties = decodeProperties(record.properties)
  const topic = properties[PropertyName.REAL_TOPIC]
  const queueId = wholeNumber(properties[PropertyName.REAL_QUEUE_ID])
  if (!topic || queueId === undefined) return undefined
  const first = wholeNumber(properties[PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET])
  const checks = wholeNumber(properties[PropertyName.TRANSACTION_CHECK_TIMES]) ?? 0
  const immunitySeconds = wholeNumber(properties[PropertyName.CHECK_IMMUNITY_TIME])
  const isCopy = first !== undefined || checks > 0
  return {
    record,
    bornHost: bytes.subarray(
      RecordPosition.BORN_HOST,
      RecordPosition.BORN_HOST + (record.sysFlag & SysFlag.BORN_HOST_V6 ? 20 : 8),
    ),
    properties,
    topic,
    queueId,
    group: properties[PropertyName.PRODUCER_GROUP] ?? '',
    origin: first ?? record.queueOffset,
    checks,
    immunityMs: immunitySeconds === undefined ? undefined : immunitySeconds * 1000,
    // Copies are stored later; only for them the producer's clock has to do.
    since: isCopy ? Math.min(record.bornTimestamp, record.storeTimestamp) : record.storeTimestamp,
  }
}

/** The message consumers get. Apache: EndTransactionProcessor.endMessageTransaction. */
export function committedMessage(half: HalfMessage, storeHost: EncodedHost): MessageToStore {
  const properties = { ...half.properties }
  delete properties[PropertyName.REAL_TOPIC]
  delete properties[PropertyName.REAL_QUEUE_ID]
  delete properties[PropertyName.TRANSACTION_PREPARED]
  delete properties[PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET]
  return {
    ...toStore(half, storeHost, properties),
    topic: half.topic,
    queueId: half.queueId,
    sysFlag: withTransactionType(half.record.sysFlag, SysFlag.TRANSACTION_COMMIT),
    preparedTransactionOffset: half.record.physicalOffset,
  }
}

/**
 * The half message again, for the end of its queue, so that the queue can be left behind it. `checks` is how often a
 * producer will have been asked then. Apache: TransactionalMessageBridge.renewHalfMessageInner, which notes the first
 * copy's offset only for messages with an immunity time; noting it always lets a late answer be recognized.
 */
export function copyOfHalf(half: HalfMessage, storeHost: EncodedHost, checks: number): MessageToStore {
  const properties = {
    ...half.properties,
    [PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET]: String(half.origin),
    [PropertyName.TRANSACTION_CHECK_TIMES]: String(checks),
  }
  return { ...toStore(half, storeHost, properties), topic: SystemTopic.TRANSACTION_HALF, queueId: HALF_QUEUE }
}

/** Apache: DefaultTransactionalMessageCheckListener.toMessageExtBrokerInner. */
export function parkedMessage(half: HalfMessage, storeHost: EncodedHost): MessageToStore {
  return {
    ...toStore(half, storeHost, half.properties),
    topic: SystemTopic.TRANSACTION_CHECK_MAX_TIME,
    queueId: 0,
  }
}

/** A parked message from the beginning: nobody has been asked yet. Apache: AdminBrokerProcessor.resumeCheckHalfMessage. */
export function resumedHalf(half: HalfMessage, storeHost: EncodedHost): MessageToStore {
  const properties = { ...half.properties, [PropertyName.TRANSACTION_CHECK_TIMES]: '0' }
  return { ...toStore(half, storeHost, properties), topic: SystemTopic.TRANSACTION_HALF, queueId: HALF_QUEUE }
}

function toStore(half: HalfMessage, storeHost: EncodedHost, properties: MessageProperties): MessageToStore {
  const { record, bornHost } = half
  return {
    topic: record.topic,
    queueId: record.queueId,
    flag: record.flag,
    sysFlag: record.sysFlag,
    bornTimestamp: record.bornTimestamp,
    bornHost,
    storeHost,
    reconsumeTimes: record.reconsumeTimes,
    preparedTransactionOffset: 0,
    body: record.body,
    properties: encodeProperties(properties),
    tagsCode: tagsCodeOf(properties[PropertyName.TAGS]),
    keys: properties[PropertyName.KEYS],
    uniqueKey: properties[PropertyName.UNIQUE_KEY],
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
