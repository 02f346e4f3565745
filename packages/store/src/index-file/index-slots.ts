import type { DiskFile } from '@rocketeer/files'
import { INDEX_HEADER_BYTES } from './index-header.js'

/** Slots written as one piece when one of them changed: a page of the file. */
const PAGE_SLOTS = 1024
const WRITE_PAGES_MAX = 256

/** The hash table of the index file in use: each slot names the newest entry of its chain. */
export class IndexSlots {
  readonly #slots: Int32Array
  readonly #dirtyPages: Uint8Array

  private constructor(slots: Int32Array) {
    this.#slots = slots
    this.#dirtyPages = new Uint8Array(Math.ceil(slots.length / PAGE_SLOTS))
  }

  static empty(count: number): IndexSlots {
    return new IndexSlots(new Int32Array(count))
  }

  static async load(file: DiskFile, count: number): Promise<IndexSlots> {
    const buffer = Buffer.alloc(count * 4)
    await file.read(buffer, 0, buffer.length, INDEX_HEADER_BYTES)
    buffer.swap32()
    return new IndexSlots(new Int32Array(buffer.buffer, buffer.byteOffset, count))
  }

  get(slot: number): number {
    return this.#slots[slot]!
  }

  set(slot: number, entry: number): void {
    this.#slots[slot] = entry
    this.#dirtyPages[Math.floor(slot / PAGE_SLOTS)] = 1
  }

  *entries(): Iterable<[slot: number, entry: number]> {
    for (let slot = 0; slot < this.#slots.length; slot++) yield [slot, this.#slots[slot]!]
  }

  /**
   * Writes the pages that changed. Entries from number `end` on do not count yet: in place of such an entry a slot gets
   * what `newestBefore` says, the newest entry of its chain that counts.
   */
  async write(file: DiskFile, end: number, newestBefore: (entry: number) => number): Promise<void> {
    const pages = this.#dirtyPages
    for (let page = pages.indexOf(1); page >= 0; page = pages.indexOf(1, page)) {
      const first = page
      while (page < pages.length && pages[page] === 1 && page - first < WRITE_PAGES_MAX) pages[page++] = 0
      const start = first * PAGE_SLOTS
      const copy = this.#slots.slice(start, page * PAGE_SLOTS)
      for (let i = 0; i < copy.length; i++) {
        if (copy[i]! < end) continue
        copy[i] = newestBefore(copy[i]!)
        // Its newer entry goes with the next write.
        pages[first + Math.floor(i / PAGE_SLOTS)] = 2
      }
      const bytes = Buffer.from(copy.buffer).swap32()
      await file.write(bytes, 0, bytes.length, INDEX_HEADER_BYTES + start * 4)
    }
    for (let page = pages.indexOf(2); page >= 0; page = pages.indexOf(2, page)) pages[page] = 1
  }
}
