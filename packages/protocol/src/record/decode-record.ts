import { protocolErrors } from '../errors.js'
import { readInt64 } from '../java/int64.js'
import { bodyCrc } from './crc32.js'
import { bornHostBytes, type EncodedHost, storeHostBytes } from './host.js'
import { RECORD_BYTES_MIN, RECORD_MAGIC_V1, RECORD_MAGIC_V2, RecordPosition } from './record-layout.js'

/** One record as it lies in the commit log or a pull response. `body` and the hosts are views of the input. */
export interface MessageRecord {
  /** Bytes of the whole record. */
  totalSize: number
  bodyCrc: number
  queueId: number
  flag: number
  queueOffset: number
  physicalOffset: number
  sysFlag: number
  bornTimestamp: number
  /** The producer; see `hostText`. */
  bornHost: EncodedHost
  storeTimestamp: number
  /** The broker that stored it. */
  storeHost: EncodedHost
  reconsumeTimes: number
  preparedTransactionOffset: number
  body: Buffer
  topic: string
  /** `name \u0001 value \u0002 …`; see `decodeProperties`. */
  properties: string
}

export interface DecodeRecordOptions {
  /** Compare the body with its checksum; on unless said otherwise. */
  checkCrc?: boolean
}

/**
 * Decodes the record at `position`. Throws `RECORD_MALFORMED` when it is cut short, its lengths contradict each other,
 * its magic is unknown or its body does not match the checksum.
 */
export function decodeRecord(
  buffer: Buffer,
  position: number,
  options: DecodeRecordOptions = {},
): MessageRecord {
  const available = buffer.length - position
  if (available < RECORD_BYTES_MIN)
    throw malformed(`${available} bytes are left, ${RECORD_BYTES_MIN} are the least`)
  const totalSize = buffer.readInt32BE(position)
  if (totalSize < RECORD_BYTES_MIN || totalSize > available) {
    throw malformed(`its size is given as ${totalSize}, ${available} bytes are left`)
  }
  const magic = buffer.readInt32BE(position + RecordPosition.MAGIC)
  if (magic !== RECORD_MAGIC_V1 && magic !== RECORD_MAGIC_V2) throw malformed(`its magic is ${magic}`)
  const end = position + totalSize
  const sysFlag = buffer.readInt32BE(position + RecordPosition.SYS_FLAG)

  const bornHostEnd = position + RecordPosition.BORN_HOST + bornHostBytes(sysFlag)
  const storeHostStart = bornHostEnd + 8
  const at = storeHostStart + storeHostBytes(sysFlag)
  if (at + 16 > end) throw malformed('it ends inside its fixed fields')
  const reconsumeTimes = buffer.readInt32BE(at)
  const preparedTransactionOffset = readInt64(buffer, at + 4)

  const bodyStart = at + 16
  const bodyEnd = bodyStart + buffer.readInt32BE(at + 12)
  const topicLengthBytes = magic === RECORD_MAGIC_V2 ? 2 : 1
  if (bodyEnd < bodyStart || bodyEnd + topicLengthBytes > end) throw malformed('its body runs past its end')
  const body = buffer.subarray(bodyStart, bodyEnd)
  const topicStart = bodyEnd + topicLengthBytes
  const topicEnd = topicStart + (topicLengthBytes === 2 ? buffer.readUInt16BE(bodyEnd) : buffer[bodyEnd]!)
  if (topicEnd + 2 > end) throw malformed('its topic runs past its end')
  const propertiesStart = topicEnd + 2
  if (propertiesStart + buffer.readUInt16BE(topicEnd) !== end)
    throw malformed('its parts do not add up to its size')

  const crc = buffer.readInt32BE(position + RecordPosition.BODY_CRC)
  if (options.checkCrc !== false && crc !== bodyCrc(body))
    throw malformed('its body does not match its checksum')
  return {
    totalSize,
    bodyCrc: crc,
    queueId: buffer.readInt32BE(position + RecordPosition.QUEUE_ID),
    flag: buffer.readInt32BE(position + RecordPosition.FLAG),
    queueOffset: readInt64(buffer, position + RecordPosition.QUEUE_OFFSET),
    physicalOffset: readInt64(buffer, position + RecordPosition.PHYSICAL_OFFSET),
    sysFlag,
    bornTimestamp: readInt64(buffer, position + RecordPosition.BORN_TIMESTAMP),
    bornHost: buffer.subarray(position + RecordPosition.BORN_HOST, bornHostEnd),
    storeTimestamp: readInt64(buffer, bornHostEnd),
    storeHost: buffer.subarray(storeHostStart, at),
    reconsumeTimes,
    preparedTransactionOffset,
    body,
    topic: buffer.toString('utf8', topicStart, topicEnd),
    properties: buffer.toString('utf8', propertiesStart, end),
  }
}

function malformed(reason: string) {
  return protocolErrors.RECORD_MALFORMED({ reason })
}
