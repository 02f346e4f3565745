import { readInt64, writeInt64 } from '@rocketeer/protocol'

export const INDEX_HEADER_BYTES = 40

/**
 * Start of an index file. Apache: IndexHeader.
 *
 *     |  0 begin timestamp 8 | 16 begin physical offset 8 | 32 used slots 4        |
 *     |  8 end timestamp 8   | 24 end physical offset 8   | 36 next entry number 4 |
 */
export interface IndexHeader {
  beginTimestamp: number
  endTimestamp: number
  beginPhysicalOffset: number
  endPhysicalOffset: number
  usedSlots: number
  /** Entries are numbered from 1: 0 means "no entry". */
  nextEntry: number
}

export function readHeader(buffer: Buffer): IndexHeader {
  return {
    beginTimestamp: readInt64(buffer, 0),
    endTimestamp: readInt64(buffer, 8),
    beginPhysicalOffset: readInt64(buffer, 16),
    endPhysicalOffset: readInt64(buffer, 24),
    usedSlots: buffer.readInt32BE(32),
    nextEntry: Math.max(1, buffer.readInt32BE(36)),
  }
}

export function encodeHeader(header: IndexHeader): Buffer {
  const buffer = Buffer.alloc(INDEX_HEADER_BYTES)
  writeInt64(buffer, 0, header.beginTimestamp)
  writeInt64(buffer, 8, header.endTimestamp)
  writeInt64(buffer, 16, header.beginPhysicalOffset)
  writeInt64(buffer, 24, header.endPhysicalOffset)
  buffer.writeInt32BE(header.usedSlots, 32)
  buffer.writeInt32BE(header.nextEntry, 36)
  return buffer
}
