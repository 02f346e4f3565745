import { protocolErrors } from '../errors.js'
import { writeInt64 } from '../java/int64.js'
import { bodyCrc } from './crc32.js'
import { type EncodedHost, HOST_BYTES_MAX, HOST_BYTES_MIN, withHostFlags } from './host.js'
import {
  PROPERTIES_BYTES_MAX,
  RECORD_BYTES_MIN,
  RECORD_MAGIC_V1,
  RECORD_MAGIC_V2,
  RecordPosition,
  TOPIC_BYTES_MAX_V1,
} from './record-layout.js'

/** A message on its way into the commit log. */
export interface MessageToEncode {
  topic: string
  queueId: number
  flag: number
  sysFlag: number
  /** Milliseconds since the epoch, by the producer's clock. */
  bornTimestamp: number
  bornHost: EncodedHost
  storeHost: EncodedHost
  reconsumeTimes: number
  preparedTransactionOffset: number
  body: Buffer
  /** `name \u0001 value \u0002 …`, as producers send it. */
  properties: string
}

/** What the store adds to a message: its offsets, and the time at which it is written. */
export interface RecordStamp {
  queueOffset: number
  physicalOffset: number
  /** Milliseconds since the epoch, by the broker's clock. */
  storeTimestamp: number
}

/** An upper bound of the record's size, without measuring its texts. */
export function recordBytesMax(message: MessageToEncode): number {
  return (
    RECORD_BYTES_MIN +
    2 * (HOST_BYTES_MAX - HOST_BYTES_MIN) +
    // The longer form of the topic's length.
    1 +
    message.body.length +
    (message.topic.length + message.properties.length) * 3
  )
}

/**
 * Writes the record to `target[position…]` (which must have `recordBytesMax` bytes of room) and returns its size.
 * Throws `RECORD_TOO_LARGE` for properties above 32,767 bytes; nothing may be read from `target` then.
 */
export function encodeRecord(
  target: Buffer,
  position: number,
  message: MessageToEncode,
  stamp: RecordStamp,
): number {
  const sysFlag = withHostFlags(message.sysFlag, message.bornHost, message.storeHost)

  target.writeInt32BE(bodyCrc(message.body), position + RecordPosition.BODY_CRC)
  target.writeInt32BE(message.queueId, position + RecordPosition.QUEUE_ID)
  target.writeInt32BE(message.flag, position + RecordPosition.FLAG)
  writeInt64(target, position + RecordPosition.QUEUE_OFFSET, stamp.queueOffset)
  writeInt64(target, position + RecordPosition.PHYSICAL_OFFSET, stamp.physicalOffset)
  target.writeInt32BE(sysFlag, position + RecordPosition.SYS_FLAG)
  writeInt64(target, position + RecordPosition.BORN_TIMESTAMP, message.bornTimestamp)

  let at = position + RecordPosition.BORN_HOST
  at += copyBytes(message.bornHost, target, at)
  writeInt64(target, at, stamp.storeTimestamp)
  at += 8
  at += copyBytes(message.storeHost, target, at)
  target.writeInt32BE(message.reconsumeTimes, at)
  writeInt64(target, at + 4, message.preparedTransactionOffset)
  target.writeInt32BE(message.body.length, at + 12)
  at += 16
  message.body.copy(target, at)
  at += message.body.length

  let version2 = message.topic.length > TOPIC_BYTES_MAX_V1
  let topicBytes = target.write(message.topic, at + (version2 ? 2 : 1))
  if (!version2 && topicBytes > TOPIC_BYTES_MAX_V1) {
    version2 = true
    topicBytes = target.write(message.topic, at + 2)
  }
  if (version2) target.writeInt16BE(topicBytes, at)
  else target[at] = topicBytes
  at += topicBytes + (version2 ? 2 : 1)

  const propertiesBytes = target.write(message.properties, at + 2)
  if (propertiesBytes > PROPERTIES_BYTES_MAX) {
    throw protocolErrors.RECORD_TOO_LARGE({
      what: 'the properties of the message',
      bytes: propertiesBytes,
      bytesMax: PROPERTIES_BYTES_MAX,
    })
  }
  target.writeInt16BE(propertiesBytes, at)
  at += 2 + propertiesBytes

  target.writeInt32BE(at - position, position + RecordPosition.TOTAL_SIZE)
  target.writeInt32BE(version2 ? RECORD_MAGIC_V2 : RECORD_MAGIC_V1, position + RecordPosition.MAGIC)
  return at - position
}

/** The record in memory of its own. Throws `RECORD_TOO_LARGE`. */
export function encodedRecord(message: MessageToEncode, stamp: RecordStamp): Buffer {
  const target = Buffer.allocUnsafe(recordBytesMax(message))
  return target.subarray(0, encodeRecord(target, 0, message, stamp))
}

/** Hosts have 8 or 20 bytes: a loop is cheaper than a native copy. */
function copyBytes(source: Buffer, target: Buffer, position: number): number {
  for (let i = 0; i < source.length; i++) target[position + i] = source[i]!
  return source.length
}
