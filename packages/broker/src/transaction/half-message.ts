import { SystemTopic } from '@rocketeer/protocol'
import {
  decodeProperties,
  decodeRecord,
  type EncodedHost,
  encodeProperties,
  type MessageProperties,
  type MessageRecord,
  PropertyName,
  SysFlag,
  withoutProperty,
  withTransactionType,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { copyOf } from '../messages/copy-of-record.js'
import { destinationOf, noteDestination } from '../messages/destination.js'

/** Apache writes half messages into this queue only. */
export const HALF_QUEUE = 0

/** A record of RMQ_SYS_TRANS_HALF_TOPIC: a message that waits for the outcome of its producer's transaction. */
export interface HalfMessage {
  readonly record: MessageRecord
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
  /** Milliseconds during which nobody is asked; undefined unless the producer set such a time. */
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
  noteDestination(properties, message)
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

/** Undefined when the record is no half message or names no destination. Throws `RECORD_MALFORMED`. */
export function decodeHalf(bytes: Buffer): HalfMessage | undefined {
  const record = decodeRecord(bytes, 0)
  if (record.topic !== SystemTopic.TRANSACTION_HALF) return undefined
  return asHalf(record)
}

/** Decodes a record of TRANS_CHECK_MAX_TIME_TOPIC: a half message that was given up. */
export function decodeParked(bytes: Buffer): HalfMessage | undefined {
  const record = decodeRecord(bytes, 0)
  if (record.topic !== SystemTopic.TRANSACTION_CHECK_MAX_TIME) return undefined
  return asHalf(record)
}

function asHalf(record: MessageRecord): HalfMessage | undefined {
  const properties = decodeProperties(record.properties)
  const destination = destinationOf(record.properties)
  if (destination === undefined) return undefined
  const first = wholeNumber(properties[PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET])
  const checks = wholeNumber(properties[PropertyName.TRANSACTION_CHECK_TIMES]) ?? 0
  const immunitySeconds = wholeNumber(properties[PropertyName.CHECK_IMMUNITY_TIME])
  const isCopy = first !== undefined || checks > 0
  return {
    // Not spread: that alone took a tenth of all the time a transaction costs.
    topic: destination.topic,
    queueId: destination.queueId,
    record,
    properties,
    group: properties[PropertyName.PRODUCER_GROUP] ?? '',
    origin: first ?? record.queueOffset,
    checks,
    immunityMs: immunitySeconds === undefined ? undefined : immunitySeconds * 1000,
    // A copy was stored later than the message began to wait: for a copy the producer's clock has to do.
    since: isCopy ? Math.min(record.bornTimestamp, record.storeTimestamp) : record.storeTimestamp,
  }
}

/** Properties of half messages that a committed message does not have. */
const HALF_ONLY: readonly string[] = [
  PropertyName.REAL_TOPIC,
  PropertyName.REAL_QUEUE_ID,
  PropertyName.TRANSACTION_PREPARED,
  PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET,
]

/** The message consumers get. Apache: EndTransactionProcessor.endMessageTransaction. */
export function committedMessage(half: HalfMessage, storeHost: EncodedHost): MessageToStore {
  return copyOf(half.record, {
    topic: half.topic,
    queueId: half.queueId,
    sysFlag: withTransactionType(half.record.sysFlag, SysFlag.TRANSACTION_COMMIT),
    preparedTransactionOffset: half.record.physicalOffset,
    storeHost,
    properties: HALF_ONLY.reduce(withoutProperty, half.record.properties),
  })
}

/**
 * The half message again, to be stored at the end of its queue, so that the check need not come back to the earlier one.
 * `checks` counts the time that a producer is asked next. Apache: TransactionalMessageBridge.renewHalfMessageInner, which
 * notes the first copy's offset only for messages with an immunity time; noting it always lets a late answer be recognized.
 */
export function copyOfHalf(half: HalfMessage, storeHost: EncodedHost, checks: number): MessageToStore {
  return copyOf(half.record, {
    topic: SystemTopic.TRANSACTION_HALF,
    queueId: HALF_QUEUE,
    storeHost,
    properties: encodeProperties({
      ...half.properties,
      [PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET]: String(half.origin),
      [PropertyName.TRANSACTION_CHECK_TIMES]: String(checks),
    }),
  })
}

/** Apache: DefaultTransactionalMessageCheckListener.toMessageExtBrokerInner. */
export function parkedMessage(half: HalfMessage, storeHost: EncodedHost): MessageToStore {
  const { record } = half
  return copyOf(record, {
    topic: SystemTopic.TRANSACTION_CHECK_MAX_TIME,
    queueId: 0,
    storeHost,
    properties: record.properties,
  })
}

/** A parked message from the beginning: nobody has been asked yet. Apache: AdminBrokerProcessor.resumeCheckHalfMessage. */
export function resumedHalf(half: HalfMessage, storeHost: EncodedHost): MessageToStore {
  return copyOf(half.record, {
    topic: SystemTopic.TRANSACTION_HALF,
    queueId: HALF_QUEUE,
    storeHost,
    properties: encodeProperties({ ...half.properties, [PropertyName.TRANSACTION_CHECK_TIMES]: '0' }),
  })
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
