import { join } from 'node:path'
import { type DiskFile, type FileSystem, makeDirectory, OpenFiles } from '@rocketeer/files'
import { assert, type Logger } from '@rocketeer/foundation'
import { storeErrors } from '../errors.js'
import { baseOffsetOf, fileNameOf } from '../file-names.js'

/** Commit log files kept open for reading; each is large, so few are read at a time. */
const OPEN_FILES_MAX = 32

/** More missing files than this between two others show that one of these is a stranger. */
const MISSING_FILES_MAX = 1_000

interface LogFilesNeeds {
  readonly files: FileSystem
  readonly directory: string
  readonly fileBytes: number
  readonly logger: Logger
}

/**
 * The files of the commit log, each `fileBytes` long (sparse) and named after the offset of its first byte; the next
 * one is prepared before it is needed. Apache: MappedFileQueue, AllocateMappedFileService.
 */
export class LogFiles {
  readonly directory: string
  readonly fileBytes: number
  readonly #files: FileSystem
  readonly #open: OpenFiles
  /** Ascending and without gaps. */
  readonly #bases: number[]
  #preparing: Promise<void> | undefined
  #preparedBase = -1
  /** Names of files up to this one survive a power cut. */
  #syncedBase = -1

  private constructor(files: FileSystem, directory: string, fileBytes: number, bases: number[]) {
    this.directory = directory
    this.fileBytes = fileBytes
    this.#files = files
    this.#open = new OpenFiles(files, OPEN_FILES_MAX)
    this.#bases = bases
  }

  /**
   * Throws `FILE_SIZE_MISMATCH` when a file was written with another size. A file that is missing between others is made,
   * empty: it costs its own records only. Throws `LOG_FILES_MISSING` when too many are.
   */
  static async open({ files, directory, fileBytes, logger }: LogFilesNeeds): Promise<LogFiles> {
    await makeDirectory(files, directory)
    const bases: number[] = []
    const entries = (await files.list(directory)).filter(({ name }) => baseOffsetOf(name) !== undefined)
    for (const [index, { name, bytes }] of entries.entries()) {
      const path = join(directory, name)
      const next = entries[index + 1]?.name
      // A process killed while it prepared the next file leaves an empty one.
      if (bytes === 0 && next === undefined) {
        await files.remove(path)
        continue
      }
      const base = baseOffsetOf(name)!
      // A torn copy and a power cut leave short files; what follows them shows that the size is right.
      const mayBeShort = next === undefined || next === fileNameOf(base + fileBytes)
      if (bytes > fileBytes || base % fileBytes !== 0 || (bytes < fileBytes && !mayBeShort)) {
        throw storeErrors.FILE_SIZE_MISMATCH({
          path,
          bytes,
          expectedBytes: fileBytes,
          option: 'commitLogFileBytes (mappedFileSizeCommitLog)',
        })
      }
      if (bytes < fileBytes) await extend(files, path, fileBytes)
      const start = bases.length === 0 ? base : bases.at(-1)! + fileBytes
      if (start < base) logger.error({ directory, start, end: base }, 'files of the commit log are missing')
      if (base - start > MISSING_FILES_MAX * fileBytes)
        throw storeErrors.LOG_FILES_MISSING({ directory, start, end: base })
      for (let missing = start; missing < base; missing += fileBytes) {
        await extend(files, join(directory, fileNameOf(missing)), fileBytes)
        bases.push(missing)
      }
      bases.push(base)
    }
    return new LogFiles(files, directory, fileBytes, bases)
  }

  /** Offset of the first byte that is still there; 0 for an empty log. */
  get minOffset(): number {
    return this.#bases[0] ?? 0
  }

  /** One past the last byte the files have room for. */
  get endOffset(): number {
    const last = this.#bases.at(-1)
    return last === undefined ? 0 : last + this.fileBytes
  }

  get bases(): readonly number[] {
    return this.#bases
  }

  baseOf(offset: number): number {
    return offset - (offset % this.fileBytes)
  }

  /** True when the file that holds `offset` exists. */
  holds(offset: number): boolean {
    return this.#bases.length > 0 && offset >= this.minOffset && offset < this.endOffset
  }

  pathOf(base: number): string {
    return join(this.directory, fileNameOf(base))
  }

  /** The file for appending at `offset`; made on the spot unless it was prepared. Its caller closes it. */
  openForAppend(offset: number): DiskFile {
    const base = this.baseOf(offset)
    const known = this.#bases.at(-1) ?? -1
    if (base > known) {
      assert(known < 0 || base === known + this.fileBytes, 'commit log files follow each other')
      this.#bases.push(base)
    }
    const file = this.#files.openSync(this.pathOf(base), 'create')
    if (file.sizeSync().bytes < this.fileBytes) file.truncateSync(this.fileBytes)
    return file
  }

  /** Makes the file after the last one in the background, so that the change to it costs nothing. */
  prepareNext(): void {
    const base = this.endOffset
    if (this.#preparedBase >= base || this.#preparing) return
    this.#preparedBase = base
    this.#preparing = extend(this.#files, this.pathOf(base), this.fileBytes)
      .then(() => this.#syncNames(base))
      // The append that needs the file meets the failure again.
      .catch(() => {})
      .finally(() => {
        this.#preparing = undefined
      })
  }

  /** Reads up to `length` bytes of one file; less at the end of the file. */
  async read(offset: number, target: Buffer, start: number, length: number): Promise<number> {
    if (!this.holds(offset)) return 0
    const base = this.baseOf(offset)
    const position = offset - base
    const bytes = Math.min(length, this.fileBytes - position)
    return this.#open.use(this.pathOf(base), (file) => file.read(target, start, bytes, position))
  }

  /** Only before the store serves anybody: recovery reads small pieces. */
  readSync(offset: number, target: Buffer, start: number, length: number): number {
    if (!this.holds(offset)) return 0
    const base = this.baseOf(offset)
    const position = offset - base
    const bytes = Math.min(length, this.fileBytes - position)
    return this.#open.useSync(this.pathOf(base), (file) => file.readSync(target, start, bytes, position))
  }

  /** Bytes the disk really holds of the file that starts at `base`. */
  allocatedBytes(base: number): number {
    return this.#open.useSync(this.pathOf(base), (file) => file.sizeSync().allocatedBytes)
  }

  /**
   * Makes `end` the end of the log, durably: later files go, and the rest of its file reads as zeros, so that what
   * stood there cannot come back to life.
   */
  async truncate(end: number): Promise<void> {
    await this.#preparing
    if (this.#preparedBase >= this.endOffset) await this.#remove(this.#preparedBase)
    this.#preparedBase = -1
    // Newest first, so that whenever the power goes, those that are left follow each other.
    while (this.#bases.length > 1 && this.#bases.at(-1)! >= end) await this.#remove(this.#bases.pop()!)
    const base = this.#bases.at(-1)
    if (base === undefined) return
    assert(end >= base || this.#bases.length === 1, 'the last file holds the end of the log')
    await this.#open.use(this.pathOf(base), async (file) => {
      await file.truncate(Math.max(0, end - base))
      await file.truncate(this.fileBytes)
      await file.datasync()
    })
    await this.#syncNames(base)
  }

  /** Makes the names of the files that were made for appending durable. */
  async syncNames(): Promise<void> {
    const newest = this.#bases.at(-1) ?? -1
    if (newest > this.#syncedBase) await this.#syncNames(newest)
  }

  /** Brings the file that holds `offset` and all later ones to disk: a killed process left them to the page cache. */
  async datasync(offset: number): Promise<void> {
    for (const base of this.#bases) {
      if (base + this.fileBytes > offset) await this.#open.use(this.pathOf(base), (file) => file.datasync())
    }
  }

  /** Deletes the oldest file; the newest one always stays. Returns false when there is nothing to delete. */
  async deleteOldest(): Promise<boolean> {
    if (this.#bases.length < 2) return false
    await this.#remove(this.#bases.shift()!)
    return true
  }

  async close(): Promise<void> {
    await this.#preparing
    await this.#open.close()
  }

  async #syncNames(newest: number): Promise<void> {
    await this.#files.syncDirectory(this.directory)
    this.#syncedBase = newest
  }

  /** Durably: a file that came back would leave a gap to the others. */
  async #remove(base: number): Promise<void> {
    const path = this.pathOf(base)
    await this.#open.forget(path)
    await this.#files.remove(path)
    await this.#files.syncDirectory(this.directory)
  }
}

async function extend(files: FileSystem, path: string, bytes: number): Promise<void> {
  const file = await files.open(path, 'create')
  try {
    await file.truncate(bytes)
  } finally {
    await file.close()
  }
}
