import { readInt64 } from '../java/int64.js'
import { bornHostBytes, HOST_BYTES_MAX, storeHostBytes } from './host.js'
import { RECORD_MAGIC_V2, RecordPosition } from './record-layout.js'

/*
 * Each function reads only one field of the record at `position`, for paths that every message takes.
 * The record must be whole, as the store gives it, unless the function says how many bytes are enough.
 */

/** Bytes from the start of a record up to and including its store timestamp, whatever kind its hosts are. */
export const RECORD_HEAD_BYTES = RecordPosition.BORN_HOST + HOST_BYTES_MAX + 8

export function recordQueueOffset(buffer: Buffer, position: number): number {
  return readInt64(buffer, position + RecordPosition.QUEUE_OFFSET)
}

/** Milliseconds since the epoch, by the broker's clock. The first `RECORD_HEAD_BYTES` are enough. */
export function recordStoreTimestamp(buffer: Buffer, position: number): number {
  const sysFlag = buffer.readInt32BE(position + RecordPosition.SYS_FLAG)
  return readInt64(buffer, position + RecordPosition.BORN_HOST + bornHostBytes(sysFlag))
}

/** Where the body begins; its length stands in the 4 bytes before. The first `RECORD_HEAD_BYTES` are enough. */
export function recordBodyPosition(buffer: Buffer, position: number): number {
  const sysFlag = buffer.readInt32BE(position + RecordPosition.SYS_FLAG)
  return position + RecordPosition.BORN_HOST + bornHostBytes(sysFlag) + 8 + storeHostBytes(sysFlag) + 16
}

/** The properties text; see `findProperty`. */
export function recordProperties(buffer: Buffer, position: number): string {
  const end = position + buffer.readInt32BE(position)
  const bodyStart = recordBodyPosition(buffer, position)
  const topicLengthAt = bodyStart + buffer.readInt32BE(bodyStart - 4)
  const longTopic = buffer.readInt32BE(position + RecordPosition.MAGIC) === RECORD_MAGIC_V2
  const topicStart = topicLengthAt + (longTopic ? 2 : 1)
  const topicBytes = longTopic ? buffer.readUInt16BE(topicLengthAt) : buffer.readUInt8(topicLengthAt)
  return buffer.toString('utf8', topicStart + topicBytes + 2, end)
}
