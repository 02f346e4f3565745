import type { DiskFile, FileSystem } from './file-system.js'

interface OpenFile {
  file: DiskFile
  users: number
  /** Set when the file is to be closed as soon as nobody uses it. */
  forgotten: boolean
}

/**
 * Files kept open for reading and writing, at most `filesMax` of them: the one unused for longest is closed first.
 * Ten thousand consume queues must not need ten thousand file handles.
 */
export class OpenFiles {
  readonly #files: FileSystem
  readonly #filesMax: number
  /** In the order of use: the first is the one unused for longest. */
  readonly #open = new Map<string, OpenFile>()

  constructor(files: FileSystem, filesMax: number) {
    this.#files = files
    this.#filesMax = filesMax
  }

  async use<Result>(path: string, task: (file: DiskFile) => Promise<Result>): Promise<Result> {
    const entry = this.#entry(path)
    entry.users++
    try {
      return await task(entry.file)
    } finally {
      entry.users--
      if (entry.forgotten && entry.users === 0) await entry.file.close()
    }
  }

  useSync<Result>(path: string, task: (file: DiskFile) => Result): Result {
    return task(this.#entry(path).file)
  }

  /** Makes a sparse file of `bytes` unless it is there already. */
  createSync(path: string, bytes: number): void {
    if (this.#open.has(path)) return
    const file = this.#files.openSync(path, 'create')
    if (file.sizeSync().bytes < bytes) file.truncateSync(bytes)
    this.#keep(path, file)
  }

  /** To be called before a file is removed: closes it, after those who use it now. */
  async forget(path: string): Promise<void> {
    const entry = this.#open.get(path)
    if (!entry) return
    this.#open.delete(path)
    await this.#release(entry)
  }

  async close(): Promise<void> {
    const entries = [...this.#open.values()]
    this.#open.clear()
    for (const entry of entries) await this.#release(entry)
  }

  #entry(path: string): OpenFile {
    const known = this.#open.get(path)
    if (known) {
      this.#open.delete(path)
      this.#open.set(path, known)
      return known
    }
    return this.#keep(path, this.#files.openSync(path, 'write'))
  }

  #keep(path: string, file: DiskFile): OpenFile {
    const entry: OpenFile = { file, users: 0, forgotten: false }
    this.#open.set(path, entry)
    if (this.#open.size > this.#filesMax) this.#closeOldest()
    return entry
  }

  #closeOldest(): void {
    for (const [path, entry] of this.#open) {
      if (entry.users > 0) continue
      this.#open.delete(path)
      void this.#release(entry).catch(() => {})
      return
    }
  }

  async #release(entry: OpenFile): Promise<void> {
    entry.forgotten = true
    if (entry.users === 0) await entry.file.close()
  }
}
