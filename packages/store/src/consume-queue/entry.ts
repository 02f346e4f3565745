import { readInt64, writeInt64 } from '@rocketeer/protocol'

/**
 * One entry of a consume queue. Apache: ConsumeQueue.
 *
 *     | 0 physical offset 8 | 8 record bytes 4 | 12 tags code 8 |
 */
export const ENTRY_BYTES = 20

/** Record bytes of an entry whose record is lost: it keeps the offset taken. Apache: ConsumeQueue.fillPreBlank. */
export const BLANK_RECORD_BYTES = 0x7fffffff

export interface QueueEntry {
  queueOffset: number
  physicalOffset: number
  recordBytes: number
  tagsCode: number
}

export function writeEntry(
  target: Buffer,
  position: number,
  physicalOffset: number,
  recordBytes: number,
  tagsCode: number,
): void {
  writeInt64(target, position, physicalOffset)
  target.writeInt32BE(recordBytes, position + 8)
  writeInt64(target, position + 12, tagsCode)
}

export function readEntry(buffer: Buffer, position: number, queueOffset: number): QueueEntry {
  return {
    queueOffset,
    physicalOffset: readInt64(buffer, position),
    recordBytes: buffer.readInt32BE(position + 8),
    tagsCode: readInt64(buffer, position + 12),
  }
}

export function isBlankEntry(entry: { recordBytes: number }): boolean {
  return entry.recordBytes === BLANK_RECORD_BYTES
}
