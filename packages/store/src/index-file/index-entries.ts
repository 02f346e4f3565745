import type { DiskFile } from '@rocketeer/files'
import { readInt64, writeInt64 } from '@rocketeer/protocol'

/**
 * One entry of an index file. Apache: IndexFile.
 *
 *     | 0 key hash 4 | 4 physical offset 8 | 12 seconds since begin timestamp 4 | 16 previous entry of the slot 4 |
 */
export const INDEX_ENTRY_BYTES = 20

export interface IndexEntry {
  keyHash: number
  physicalOffset: number
  seconds: number
  previous: number
}

const BUFFER_ENTRIES_MIN = 1024

/** The entries of one index file: appended in memory, written in pieces, read from either. */
export class IndexEntries {
  /** Position of entry 0 in the file. */
  readonly #start: number
  #buffer = Buffer.alloc(0)
  /** Number of the entry at `#buffer[0]`; the ones before it are in the file. */
  #written: number
  #next: number

  constructor(start: number, next: number) {
    this.#start = start
    this.#written = next
    this.#next = next
  }

  get next(): number {
    return this.#next
  }

  append(keyHash: number, physicalOffset: number, seconds: number, previous: number): void {
    const position = (this.#next - this.#written) * INDEX_ENTRY_BYTES
    if (position === this.#buffer.length) this.#grow()
    const buffer = this.#buffer
    buffer.writeInt32BE(keyHash, position)
    writeInt64(buffer, position + 4, physicalOffset)
    buffer.writeInt32BE(seconds, position + 12)
    buffer.writeInt32BE(previous, position + 16)
    this.#next++
  }

  /** The entry before `entry` in its slot's chain; only for entries that are in memory. */
  previousInMemory(entry: number): number {
    return this.#buffer.readInt32BE((entry - this.#written) * INDEX_ENTRY_BYTES + 16)
  }

  isInMemory(entry: number): boolean {
    return entry >= this.#written && entry < this.#next
  }

  async read(file: DiskFile | undefined, entry: number): Promise<IndexEntry> {
    if (this.isInMemory(entry)) return decode(this.#buffer, (entry - this.#written) * INDEX_ENTRY_BYTES)
    const buffer = Buffer.alloc(INDEX_ENTRY_BYTES)
    await file?.read(buffer, 0, buffer.length, this.#start + entry * INDEX_ENTRY_BYTES)
    return decode(buffer, 0)
  }

  /** Writes what is only in memory. One call at a time; entries may be added meanwhile. */
  async write(file: DiskFile): Promise<void> {
    const count = this.#next - this.#written
    if (count === 0) return
    const bytes = count * INDEX_ENTRY_BYTES
    await file.write(this.#buffer, 0, bytes, this.#start + this.#written * INDEX_ENTRY_BYTES)
    this.#buffer.copyWithin(0, bytes)
    this.#written += count
  }

  /** Drops the entries from number `end` on. */
  truncate(end: number): void {
    this.#written = Math.min(this.#written, end)
    this.#next = end
  }

  #grow(): void {
    const grown = Buffer.allocUnsafe(
      Math.max(BUFFER_ENTRIES_MIN * INDEX_ENTRY_BYTES, this.#buffer.length * 2),
    )
    this.#buffer.copy(grown)
    this.#buffer = grown
  }
}

function decode(buffer: Buffer, position: number): IndexEntry {
  return {
    keyHash: buffer.readInt32BE(position),
    physicalOffset: readInt64(buffer, position + 4),
    seconds: buffer.readInt32BE(position + 12),
    previous: buffer.readInt32BE(position + 16),
  }
}
