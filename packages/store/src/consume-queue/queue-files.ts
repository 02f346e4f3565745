import { dirname, join } from 'node:path'
import type { FileSystem, OpenFiles } from '@rocketeer/files'
import { storeErrors } from '../errors.js'
import { baseOffsetOf, fileNameOf } from '../file-names.js'
import { BLANK_RECORD_BYTES, ENTRY_BYTES, type QueueEntry, readEntry, writeEntry } from './entry.js'

/** Where the files of all consume queues lie and how long each is. */
export interface QueueFilesNeeds {
  files: FileSystem
  open: OpenFiles
  /** Entries per file. */
  fileEntries: number
}

/**
 * The files of one consume queue, named after the byte offset of their first entry and created at their full length
 * (sparse). What is called an offset here is a queue offset, not one of bytes.
 */
export class QueueFiles {
  readonly directory: string
  readonly #needs: QueueFilesNeeds
  readonly #fileEntries: number
  /** Offset of the first entry of each file, ascending. */
  readonly #bases: number[]
  #directoryMade: boolean
  /** Directories with new names, which a power cut may take. */
  readonly #unsyncedNames = new Set<string>()

  private constructor(needs: QueueFilesNeeds, directory: string, bases: number[], directoryMade: boolean) {
    this.#needs = needs
    this.#fileEntries = needs.fileEntries
    this.directory = directory
    this.#bases = bases
    this.#directoryMade = directoryMade
  }

  static create(needs: QueueFilesNeeds, directory: string): QueueFiles {
    return new QueueFiles(needs, directory, [], false)
  }

  /** Throws `FILE_SIZE_MISMATCH` when a file was written with another size. */
  static async load(needs: QueueFilesNeeds, directory: string): Promise<QueueFiles> {
    const fileBytes = needs.fileEntries * ENTRY_BYTES
    const bases: number[] = []
    for (const { name, bytes } of await needs.files.list(directory)) {
      const base = baseOffsetOf(name)
      if (base === undefined) continue
      const path = join(directory, name)
      if (bytes > fileBytes || base % fileBytes !== 0) {
        const option = 'consumeQueueFileEntries (mappedFileSizeConsumeQueue)'
        throw storeErrors.FILE_SIZE_MISMATCH({ path, bytes, expectedBytes: fileBytes, option })
      }
      if (bytes < fileBytes) needs.open.createSync(path, fileBytes)
      bases.push(base / ENTRY_BYTES)
    }
    // Files that do not follow each other cannot be told apart from lost ones: only the newest run counts.
    for (let i = bases.length - 1; i > 0; i--) {
      if (bases[i]! - bases[i - 1]! === needs.fileEntries) continue
      for (const base of bases.splice(0, i))
        await needs.files.remove(join(directory, fileNameOf(base * ENTRY_BYTES)))
      break
    }
    return new QueueFiles(needs, directory, bases, true)
  }

  /** How many entries each file has room for. */
  get fileEntries(): number {
    return this.#fileEntries
  }

  /** Offset of the first entry the files have room for. */
  get start(): number {
    return this.#bases[0] ?? 0
  }

  /** One past the last entry the files have room for. */
  get capacity(): number {
    const last = this.#bases.at(-1)
    return last === undefined ? 0 : last + this.#fileEntries
  }

  get fileCount(): number {
    return this.#bases.length
  }

  readEntrySync(offset: number): QueueEntry {
    const buffer = Buffer.alloc(ENTRY_BYTES)
    const base = offset - (offset % this.#fileEntries)
    this.#needs.open.useSync(this.#pathOf(base), (file) =>
      file.readSync(buffer, 0, ENTRY_BYTES, (offset - base) * ENTRY_BYTES),
    )
    return readEntry(buffer, 0, offset)
  }

  /** Entries from `offset` on: as many of `count` as the file of the first one holds. */
  async read(offset: number, count: number): Promise<Buffer> {
    const base = offset - (offset % this.#fileEntries)
    const entries = Math.min(count, base + this.#fileEntries - offset)
    const buffer = Buffer.allocUnsafe(entries * ENTRY_BYTES)
    const bytes = await this.#needs.open.use(this.#pathOf(base), (file) =>
      file.read(buffer, 0, buffer.length, (offset - base) * ENTRY_BYTES),
    )
    return buffer.subarray(0, bytes - (bytes % ENTRY_BYTES))
  }

  /** Writes entries that follow what the files hold; makes the files it needs. */
  async write(offset: number, entries: Buffer): Promise<void> {
    for (let done = 0; done < entries.length; ) {
      const at = offset + done / ENTRY_BYTES
      const base = at - (at % this.#fileEntries)
      if (base >= this.capacity) await this.#makeFile(base)
      if (this.#bases.length === 1 && this.#bases[0] === base && at > base) await this.#fillBefore(base, at)
      const bytes = Math.min(entries.length - done, (base + this.#fileEntries - at) * ENTRY_BYTES)
      const start = done
      await this.#needs.open.use(this.#pathOf(base), (file) =>
        file.write(entries, start, bytes, (at - base) * ENTRY_BYTES),
      )
      done += bytes
    }
  }

  /** Brings the file that holds `offset` and all after it to disk, and the names of all files. */
  async datasync(offset: number): Promise<void> {
    const from = offset - (offset % this.#fileEntries)
    for (const base of this.#bases) {
      if (base >= from) await this.#needs.open.use(this.#pathOf(base), (file) => file.datasync())
    }
    await this.#syncNames()
  }

  /** Makes `end` the end of the files: what stands behind it is gone for good. */
  async truncate(end: number): Promise<void> {
    // Newest first, and one after the other also on disk: whenever the power goes, those that are left follow each other.
    while (this.#bases.length > 0 && this.#bases.at(-1)! >= end) {
      await this.#remove(this.#bases.pop()!)
      await this.#needs.files.syncDirectory(this.directory)
    }
    const base = this.#bases.at(-1)
    if (base === undefined || end >= base + this.#fileEntries) return
    await this.#needs.open.use(this.#pathOf(base), async (file) => {
      await file.truncate((end - base) * ENTRY_BYTES)
      await file.truncate(this.#fileEntries * ENTRY_BYTES)
      await file.datasync()
    })
  }

  /** Deletes files that only hold entries before `offset`; the newest file stays. */
  async deleteBefore(offset: number): Promise<number> {
    let deleted = 0
    while (this.#bases.length > 1 && this.#bases[0]! + this.#fileEntries <= offset) {
      await this.#remove(this.#bases.shift()!)
      deleted++
    }
    return deleted
  }

  async destroy(): Promise<void> {
    for (const base of this.#bases.splice(0)) await this.#remove(base)
    await this.#needs.files.remove(this.directory)
    this.#directoryMade = false
  }

  async #makeFile(base: number): Promise<void> {
    // A name that survived a power cut without those before it would leave a gap.
    await this.#syncNames()
    if (!this.#directoryMade) {
      this.#needs.files.makeDirectorySync(this.directory)
      const topicDirectory = dirname(this.directory)
      this.#unsyncedNames.add(dirname(topicDirectory)).add(topicDirectory)
    }
    this.#directoryMade = true
    this.#needs.open.createSync(this.#pathOf(base), this.#fileEntries * ENTRY_BYTES)
    this.#unsyncedNames.add(this.directory)
    this.#bases.push(base)
  }

  async #syncNames(): Promise<void> {
    for (const directory of this.#unsyncedNames) {
      await this.#needs.files.syncDirectory(directory)
      this.#unsyncedNames.delete(directory)
    }
  }

  /** A queue that starts within a file has blank entries before its first. */
  async #fillBefore(base: number, offset: number): Promise<void> {
    const last = await this.read(offset - 1, 1)
    if (readEntry(last, 0, offset - 1).recordBytes !== 0) return
    const blanks = Buffer.alloc((offset - base) * ENTRY_BYTES)
    for (let at = 0; at < blanks.length; at += ENTRY_BYTES) writeEntry(blanks, at, 0, BLANK_RECORD_BYTES, 0)
    await this.#needs.open.use(this.#pathOf(base), (file) => file.write(blanks, 0, blanks.length, 0))
  }

  async #remove(base: number): Promise<void> {
    const path = this.#pathOf(base)
    await this.#needs.open.forget(path)
    await this.#needs.files.remove(path)
  }

  #pathOf(base: number): string {
    return join(this.directory, fileNameOf(base * ENTRY_BYTES))
  }
}
