import { readInt64 } from '@rocketeer/protocol'
import {
  BLANK_MAGIC,
  bodyCrc,
  decodeRecord,
  type MessageRecord,
  RECORD_BYTES_MIN,
  RECORD_MAGIC_V1,
  RECORD_MAGIC_V2,
  RecordPosition,
  recordBodyPosition,
} from '@rocketeer/protocol/record'

/** True when the bytes look like a record that stands at `physicalOffset`; its body is not looked at. */
export function isRecordAt(buffer: Buffer, position: number, physicalOffset: number): boolean {
  if (buffer.length - position < RecordPosition.SYS_FLAG) return false
  const magic = buffer.readInt32BE(position + RecordPosition.MAGIC)
  if (magic !== RECORD_MAGIC_V1 && magic !== RECORD_MAGIC_V2) return false
  return readInt64(buffer, position + RecordPosition.PHYSICAL_OFFSET) === physicalOffset
}

/** The whole record at `physicalOffset`, its checksum compared; undefined when the bytes are anything else. */
export function validRecord(
  buffer: Buffer,
  position: number,
  physicalOffset: number,
): MessageRecord | undefined {
  if (!isRecordAt(buffer, position, physicalOffset)) return undefined
  try {
    return decodeRecord(buffer, position)
  } catch {
    return undefined
  }
}

/** What an entry of a consume queue says of its record. */
export interface RecordEntry {
  readonly physicalOffset: number
  readonly recordBytes: number
  readonly queueOffset: number
}

/** The queue of that entry. */
export interface RecordQueue {
  /** Undefined where records of any topic may be listed. */
  readonly topicBytes: Buffer | undefined
  readonly queueId: number
}

/** False for an entry that no record of the log, which ends at `end`, can have. */
export function isPossible({ physicalOffset, recordBytes }: RecordEntry, end: number): boolean {
  return physicalOffset >= 0 && recordBytes >= RECORD_BYTES_MIN && physicalOffset + recordBytes <= end
}

/**
 * True when the bytes are exactly the record that the entry of the queue points at: its size, its place in the log and
 * in the queue, its topic, parts that add up, and, if that is asked, a body that matches its checksum. Much cheaper than
 * decoding it. Whatever is read by queue offset is judged by this.
 */
export function isRecordOf(
  buffer: Buffer,
  position: number,
  entry: RecordEntry,
  queue: RecordQueue,
  checkCrc: boolean,
): boolean {
  const { physicalOffset, recordBytes, queueOffset } = entry
  const end = position + recordBytes
  if (end > buffer.length || recordBytes < RECORD_BYTES_MIN) return false
  const magic = int32(buffer, position + RecordPosition.MAGIC)
  if (magic !== RECORD_MAGIC_V1 && magic !== RECORD_MAGIC_V2) return false
  if (int32(buffer, position) !== recordBytes) return false
  if (int64(buffer, position + RecordPosition.PHYSICAL_OFFSET) !== physicalOffset) return false
  if (int32(buffer, position + RecordPosition.QUEUE_ID) !== queue.queueId) return false
  if (int64(buffer, position + RecordPosition.QUEUE_OFFSET) !== queueOffset) return false
  const bodyAt = recordBodyPosition(buffer, position)
  if (bodyAt > end) return false
  const bodyBytes = int32(buffer, bodyAt - 4)
  const topicLengthAt = bodyAt + bodyBytes
  const topicAt = topicLengthAt + (magic === RECORD_MAGIC_V2 ? 2 : 1)
  if (bodyBytes < 0 || topicAt > end) return false
  const topicEnd =
    topicAt + (magic === RECORD_MAGIC_V2 ? uint16(buffer, topicLengthAt) : buffer[topicLengthAt]!)
  if (topicEnd + 2 > end || topicEnd + 2 + uint16(buffer, topicEnd) !== end) return false
  if (queue.topicBytes && !isEqual(buffer, topicAt, topicEnd, queue.topicBytes)) return false
  if (!checkCrc) return true
  return int32(buffer, position + RecordPosition.BODY_CRC) === bodyCrc(buffer.subarray(bodyAt, topicLengthAt))
}

// Without the checks of `Buffer.readInt32BE`: the judge has made sure that the record lies in the buffer.

function uint16(buffer: Buffer, at: number): number {
  return (buffer[at]! << 8) | buffer[at + 1]!
}

function int32(buffer: Buffer, at: number): number {
  return (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!
}

function int64(buffer: Buffer, at: number): number {
  return int32(buffer, at) * 2 ** 32 + (int32(buffer, at + 4) >>> 0)
}

/** Of so few bytes faster than a call of `Buffer.compare`. */
function isEqual(buffer: Buffer, start: number, end: number, wanted: Buffer): boolean {
  if (end - start !== wanted.length) return false
  for (let i = 0; i < wanted.length; i++) if (buffer[start + i] !== wanted[i]) return false
  return true
}

/** True at the blank record that ends a file. */
export function isBlankRecord(buffer: Buffer, position: number): boolean {
  return buffer.length - position >= 8 && buffer.readInt32BE(position + 4) === BLANK_MAGIC
}
