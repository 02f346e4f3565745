import { readInt64 } from '@rocketeer/protocol'
import {
  BLANK_MAGIC,
  bodyCrc,
  decodeRecord,
  type MessageRecord,
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

/**
 * True when exactly the record of `recordBytes` that belongs at `physicalOffset` is in the buffer, its body matching its
 * checksum if that is asked. Much cheaper than decoding it.
 */
export function isIntact(
  buffer: Buffer,
  position: number,
  physicalOffset: number,
  recordBytes: number,
  checkCrc: boolean,
): boolean {
  if (!isRecordAt(buffer, position, physicalOffset)) return false
  if (buffer.readInt32BE(position) !== recordBytes) return false
  if (!checkCrc) return true
  const bodyAt = recordBodyPosition(buffer, position)
  if (bodyAt > position + recordBytes) return false
  const bodyBytes = buffer.readInt32BE(bodyAt - 4)
  if (bodyBytes < 0 || bodyAt + bodyBytes > position + recordBytes) return false
  const crc = buffer.readInt32BE(position + RecordPosition.BODY_CRC)
  return crc === bodyCrc(buffer.subarray(bodyAt, bodyAt + bodyBytes))
}

/** True at the blank record that ends a file. */
export function isBlankRecord(buffer: Buffer, position: number): boolean {
  return buffer.length - position >= 8 && buffer.readInt32BE(position + 4) === BLANK_MAGIC
}
