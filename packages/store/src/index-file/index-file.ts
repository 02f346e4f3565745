import { dirname } from 'node:path'
import type { DiskFile, FileSystem } from '@rocketeer/files'
import { assert, firstWhere } from '@rocketeer/foundation'
import { INDEX_ENTRY_BYTES, IndexEntries } from './index-entries.js'
import { encodeHeader, INDEX_HEADER_BYTES, type IndexHeader, readHeader } from './index-header.js'
import { IndexSlots } from './index-slots.js'

export interface IndexFileSize {
  slots: number
  /** Including number 0, which is never used. */
  entries: number
}

/** A range of store timestamps, both ends included. */
export interface TimeRange {
  begin: number
  end: number
}

/**
 * A hash index of message keys: slots, chains of entries, and a header that says how many entries count. The header is
 * written last, so that a kill leaves an index that is complete up to its end offset. Apache: IndexFile.
 */
export class IndexFile {
  readonly path: string
  readonly #files: FileSystem
  readonly #size: IndexFileSize
  readonly #header: IndexHeader
  readonly #entries: IndexEntries
  /** Only of a file that still takes entries. */
  #slots: IndexSlots | undefined
  #file: DiskFile | undefined
  #changed = false

  private constructor(files: FileSystem, path: string, size: IndexFileSize, header: IndexHeader) {
    this.path = path
    this.#files = files
    this.#size = size
    this.#header = header
    this.#entries = new IndexEntries(INDEX_HEADER_BYTES + size.slots * 4, header.nextEntry)
  }

  /** A new file; it comes into being with the first `write`. */
  static create(files: FileSystem, path: string, size: IndexFileSize): IndexFile {
    const header = readHeader(Buffer.alloc(INDEX_HEADER_BYTES))
    const file = new IndexFile(files, path, size, header)
    file.#slots = IndexSlots.empty(size.slots)
    return file
  }

  static async open(files: FileSystem, path: string, size: IndexFileSize): Promise<IndexFile> {
    const file = await files.open(path, 'write')
    const head = Buffer.alloc(INDEX_HEADER_BYTES)
    await file.read(head, 0, head.length, 0)
    const index = new IndexFile(files, path, size, readHeader(head))
    index.#file = file
    return index
  }

  static bytesOf(size: IndexFileSize): number {
    return INDEX_HEADER_BYTES + size.slots * 4 + size.entries * INDEX_ENTRY_BYTES
  }

  get full(): boolean {
    return this.#entries.next >= this.#size.entries
  }

  get isEmpty(): boolean {
    return this.#entries.next === 1
  }

  get endTimestamp(): number {
    return this.#header.endTimestamp
  }

  get beginPhysicalOffset(): number {
    return this.#header.beginPhysicalOffset
  }

  get endPhysicalOffset(): number {
    return this.#header.endPhysicalOffset
  }

  /** True when `put` needs no more preparation. */
  get takesEntries(): boolean {
    return this.#slots !== undefined
  }

  /** Reads the slots of a file that was opened, so that it takes entries again. */
  async prepare(): Promise<void> {
    if (this.#slots || !this.#file) return
    const slots = await IndexSlots.load(this.#file, this.#size.slots)
    // Slots may have reached the disk without the header that counts their entries.
    await this.#dropFrom(slots, this.#entries.next)
    this.#slots = slots
  }

  /**
   * Drops entries that point at `physicalBound` or behind it; at least one stays. Everything must be committed, and a
   * commit must follow.
   */
  async truncate(physicalBound: number): Promise<void> {
    const { next } = this.#entries
    const end = await firstWhere(1, next, async (entry) => {
      return (await this.#entries.read(this.#file, entry)).physicalOffset >= physicalBound
    })
    if (end === next) return
    assert(end > 1 && !this.#changed, 'an index file is cut within what is committed')
    await this.prepare()
    const slots = this.#slots!
    await this.#dropFrom(slots, end)
    const last = await this.#entries.read(this.#file, end - 1)
    const header = this.#header
    header.usedSlots = [...slots.entries()].filter(([, entry]) => entry > 0).length
    header.endPhysicalOffset = last.physicalOffset
    // Entries know whole seconds only.
    header.endTimestamp = header.beginTimestamp + last.seconds * 1000 + 999
    // The count first: slots that name entries beyond it are mended by the next start, the reverse loses entries.
    await this.#writeHeader({ ...header, nextEntry: end })
    this.#entries.truncate(end)
    this.#changed = true
  }

  put(keyHash: number, physicalOffset: number, storeTimestamp: number): void {
    const slots = this.#slots!
    const header = this.#header
    if (this.#entries.next === 1) {
      header.beginTimestamp = storeTimestamp
      header.beginPhysicalOffset = physicalOffset
    }
    const slot = keyHash % this.#size.slots
    const previous = slots.get(slot)
    const seconds = Math.floor((storeTimestamp - header.beginTimestamp) / 1000)
    slots.set(slot, this.#entries.next)
    this.#entries.append(keyHash, physicalOffset, Math.max(0, Math.min(seconds, 0x7fffffff)), previous)
    if (previous === 0) header.usedSlots++
    header.endTimestamp = storeTimestamp
    header.endPhysicalOffset = physicalOffset
    this.#changed = true
  }

  /** Physical offsets of the entries with this hash, newest first. */
  async *select(keyHash: number, range: TimeRange): AsyncGenerator<number, void, void> {
    const { beginTimestamp, endTimestamp } = this.#header
    if (range.end < beginTimestamp || range.begin > endTimestamp) return
    const slot = keyHash % this.#size.slots
    for (let entry = await this.#slotValue(slot); entry > 0 && entry < this.#entries.next; ) {
      const { keyHash: hash, physicalOffset, seconds, previous } = await this.#entries.read(this.#file, entry)
      const time = beginTimestamp + seconds * 1000
      // Entries know whole seconds only.
      if (hash === keyHash && time + 999 >= range.begin && time <= range.end) yield physicalOffset
      if (previous >= entry || time + 999 < range.begin) break
      entry = previous
    }
  }

  /** Brings the entries to the file. They count only after `commit`. One call at a time of either. */
  async write(): Promise<void> {
    if (!this.#changed) return
    await this.#entries.write(await this.#open())
  }

  /** Makes everything put so far part of the index, durably. */
  async commit(): Promise<void> {
    if (!this.#changed) return
    this.#changed = false
    try {
      const file = await this.#open()
      // Entries that come meanwhile are not part of this commit.
      const header = { ...this.#header, nextEntry: this.#entries.next }
      await this.#entries.write(file)
      await this.#slots?.write(file, header.nextEntry, (entry) => {
        let older = entry
        while (older >= header.nextEntry) older = this.#entries.previousInMemory(older)
        return older
      })
      await file.datasync()
      await this.#writeHeader(header)
    } catch (error) {
      this.#changed = true
      throw error
    }
    if (this.full && !this.#changed) this.#slots = undefined
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  async #writeHeader(header: IndexHeader): Promise<void> {
    const file = await this.#open()
    const bytes = encodeHeader(header)
    await file.write(bytes, 0, bytes.length, 0)
    await file.datasync()
  }

  /** Lets each slot name the newest entry of its chain before number `end`. */
  async #dropFrom(slots: IndexSlots, end: number): Promise<void> {
    for (const [slot, newest] of slots.entries()) {
      let entry = newest
      while (entry >= end) entry = (await this.#entries.read(this.#file, entry)).previous
      if (entry !== newest) slots.set(slot, Math.max(0, entry))
    }
  }

  async #open(): Promise<DiskFile> {
    if (!this.#file) {
      const file = await this.#files.open(this.path, 'create')
      await file.truncate(IndexFile.bytesOf(this.#size))
      await this.#files.syncDirectory(dirname(this.path))
      this.#file = file
    }
    return this.#file
  }

  async #slotValue(slot: number): Promise<number> {
    if (this.#slots) return this.#slots.get(slot)
    const buffer = Buffer.alloc(4)
    await this.#file?.read(buffer, 0, 4, INDEX_HEADER_BYTES + slot * 4)
    return buffer.readInt32BE(0)
  }
}
