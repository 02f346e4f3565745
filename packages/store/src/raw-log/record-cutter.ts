import { type MessageRecord, RecordPosition } from '@rocketeer/protocol/record'
import { isBlankRecord, isRecordAt, validRecord } from '../commit-log/record-check.js'
import { storeErrors } from '../errors.js'

/** Tells a blank record from others: its size and magic. */
const KIND_BYTES = 8
/** Tells whether a record belongs where it stands. */
const HEAD_BYTES = RecordPosition.SYS_FLAG

/** A record, or the blank end of a file, of which not all bytes are there. */
export interface PartialRecord {
  /** Physical offset of its first byte. */
  readonly start: number
  /** The bytes that are there, copied; none of a blank end, which nobody reads. */
  readonly pieces: readonly Buffer[]
  /** How many bytes are there. */
  readonly bytes: number
  /** With so many bytes more can be said about it. */
  readonly bytesNeeded: number
}

export interface CutRecords {
  /** Views of the given bytes where they arrived in one piece. */
  readonly records: MessageRecord[]
  /** What the bytes end with; undefined when they end with a whole record. */
  readonly partial: PartialRecord | undefined
}

/**
 * Cuts bytes of a log into records, however they were cut on their way. `offset` is where they belong, `partial` what
 * the bytes before ended with. They must not reach into another file. Throws `RAW_BYTES_INVALID`.
 */
export function cutRecords(
  bytes: Buffer,
  { offset, partial, fileBytes }: { offset: number; partial: PartialRecord | undefined; fileBytes: number },
): CutRecords {
  const start = partial?.start ?? offset
  const there = offset - start + bytes.length
  if (partial && there < partial.bytesNeeded) return { records: [], partial: grown(partial, bytes, there) }
  if (partial && partial.pieces.length === 0) return { records: [], partial: undefined }
  const buffer = partial ? Buffer.concat([...partial.pieces, bytes]) : bytes
  const records: MessageRecord[] = []
  for (let position = 0; position < buffer.length; ) {
    const piece = inspect(buffer, position, { physicalOffset: start + position, fileBytes })
    if (position + piece.bytesNeeded > buffer.length) {
      const rest = buffer.subarray(position)
      const pieces = piece.blank ? [] : [Buffer.from(rest)]
      const { bytesNeeded } = piece
      return { records, partial: { start: start + position, pieces, bytes: rest.length, bytesNeeded } }
    }
    if (piece.record) records.push(piece.record)
    position += piece.bytesNeeded
  }
  return { records, partial: undefined }
}

function grown(partial: PartialRecord, bytes: Buffer, there: number): PartialRecord {
  const blank = partial.pieces.length === 0
  return { ...partial, pieces: blank ? [] : [...partial.pieces, Buffer.from(bytes)], bytes: there }
}

interface Inspected {
  /** The size of what stands there, or as many bytes as it takes to say more. */
  bytesNeeded: number
  blank?: boolean
  record?: MessageRecord
}

/** Says what stands at `position` of `buffer`, which is `physicalOffset` of the log. */
function inspect(
  buffer: Buffer,
  position: number,
  { physicalOffset, fileBytes }: { physicalOffset: number; fileBytes: number },
): Inspected {
  const there = buffer.length - position
  const leftInFile = fileBytes - (physicalOffset % fileBytes)
  if (there < KIND_BYTES) return { bytesNeeded: KIND_BYTES }
  const size = buffer.readInt32BE(position)
  if (isBlankRecord(buffer, position)) {
    if (size !== leftInFile) throw storeErrors.RAW_BYTES_INVALID({ offset: physicalOffset })
    return { bytesNeeded: size, blank: true }
  }
  if (size < HEAD_BYTES || size + KIND_BYTES > leftInFile) {
    throw storeErrors.RAW_BYTES_INVALID({ offset: physicalOffset })
  }
  if (there < HEAD_BYTES) return { bytesNeeded: HEAD_BYTES }
  if (!isRecordAt(buffer, position, physicalOffset)) {
    throw storeErrors.RAW_BYTES_INVALID({ offset: physicalOffset })
  }
  if (there < size) return { bytesNeeded: size }
  const record = validRecord(buffer, position, physicalOffset)
  if (record?.totalSize !== size) throw storeErrors.RAW_BYTES_INVALID({ offset: physicalOffset })
  return { bytesNeeded: size, record }
}
