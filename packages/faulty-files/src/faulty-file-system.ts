import type {
  DirectoryEntry,
  DirectoryLock,
  DiskFile,
  DiskSpace,
  FileSystem,
  OpenMode,
} from '@rocketeer/files'

export type FaultyOperation = 'write' | 'read' | 'datasync' | 'truncate'

/** A failure to inject. */
export interface Fault {
  operation: FaultyOperation
  /** Strikes only files whose path contains this text. */
  path: string
  /** `ENOSPC`, `EIO` (the default), …; a read without a code does not fail, it only returns fewer bytes. */
  code?: string
  /** Bytes that are still written or read: a torn write, a short read. */
  bytes?: number
  /** How often the fault strikes; always unless given. */
  times?: number
}

/** A file system that fails on demand; without faults it behaves as the one it wraps. */
export class FaultyFileSystem implements FileSystem {
  readonly #inner: FileSystem
  readonly #faults: Fault[] = []
  #blocked: { path: string; wait: Promise<void> } | undefined
  /** What `space` reports instead of the truth. */
  diskUsedPercent: number | undefined

  constructor(inner: FileSystem) {
    this.#inner = inner
  }

  fail(fault: Fault): void {
    this.#faults.push({ ...fault })
  }

  /** Makes flushes of files whose path contains `path` wait until the returned function is called. */
  holdDatasync(path: string): () => void {
    let release = () => {}
    const wait = new Promise<void>((resolve) => {
      release = resolve
    })
    this.#blocked = { path, wait }
    return () => {
      this.#blocked = undefined
      release()
    }
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    return new FaultyFile(this, await this.#inner.open(path, mode))
  }

  openSync(path: string, mode: OpenMode): DiskFile {
    return new FaultyFile(this, this.#inner.openSync(path, mode))
  }

  list(path: string): Promise<DirectoryEntry[]> {
    return this.#inner.list(path)
  }

  makeDirectory(path: string): Promise<string | undefined> {
    return this.#inner.makeDirectory(path)
  }

  makeDirectorySync(path: string): void {
    this.#inner.makeDirectorySync(path)
  }

  rename(from: string, to: string): Promise<void> {
    return this.#inner.rename(from, to)
  }

  remove(path: string): Promise<void> {
    return this.#inner.remove(path)
  }

  syncDirectory(path: string): Promise<void> {
    return this.#inner.syncDirectory(path)
  }

  lockDirectory(path: string): DirectoryLock {
    return this.#inner.lockDirectory(path)
  }

  async space(path: string): Promise<DiskSpace> {
    const space = await this.#inner.space(path)
    return { ...space, usedPercent: this.diskUsedPercent ?? space.usedPercent }
  }

  /** The fault that strikes now, if one does. */
  strike(operation: FaultyOperation, path: string): Fault | undefined {
    const fault = this.#faults.find((each) => each.operation === operation && path.includes(each.path))
    if (fault?.times !== undefined && --fault.times === 0) this.#faults.splice(this.#faults.indexOf(fault), 1)
    return fault
  }

  async waitForDatasync(path: string): Promise<void> {
    if (this.#blocked && path.includes(this.#blocked.path)) await this.#blocked.wait
  }
}

class FaultyFile implements DiskFile {
  readonly #system: FaultyFileSystem
  readonly #inner: DiskFile

  constructor(system: FaultyFileSystem, inner: DiskFile) {
    this.#system = system
    this.#inner = inner
  }

  get path(): string {
    return this.#inner.path
  }

  writeSync(bytes: Uint8Array, start: number, length: number, position: number): void {
    const fault = this.#system.strike('write', this.path)
    this.#inner.writeSync(bytes, start, fault ? Math.min(length, fault.bytes ?? 0) : length, position)
    if (fault) throw errorOf(fault)
  }

  async write(bytes: Uint8Array, start: number, length: number, position: number): Promise<void> {
    const fault = this.#system.strike('write', this.path)
    if (!fault) return this.#inner.write(bytes, start, length, position)
    await this.#inner.write(bytes, start, Math.min(length, fault.bytes ?? 0), position)
    throw errorOf(fault)
  }

  readSync(target: Uint8Array, start: number, length: number, position: number): number {
    const fault = this.#system.strike('read', this.path)
    if (fault?.code) throw errorOf(fault)
    return this.#inner.readSync(target, start, Math.min(length, fault?.bytes ?? length), position)
  }

  async read(target: Uint8Array, start: number, length: number, position: number): Promise<number> {
    const fault = this.#system.strike('read', this.path)
    if (fault?.code) throw errorOf(fault)
    return this.#inner.read(target, start, Math.min(length, fault?.bytes ?? length), position)
  }

  async datasync(): Promise<void> {
    const fault = this.#system.strike('datasync', this.path)
    await this.#system.waitForDatasync(this.path)
    if (fault) throw errorOf(fault)
    await this.#inner.datasync()
  }

  async truncate(bytes: number): Promise<void> {
    const fault = this.#system.strike('truncate', this.path)
    if (fault) throw errorOf(fault)
    await this.#inner.truncate(bytes)
  }

  truncateSync(bytes: number): void {
    const fault = this.#system.strike('truncate', this.path)
    if (fault) throw errorOf(fault)
    this.#inner.truncateSync(bytes)
  }

  sizeSync(): { bytes: number; allocatedBytes: number } {
    return this.#inner.sizeSync()
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}

function errorOf({ operation, path, code = 'EIO' }: Fault): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected, ${operation} '${path}'`), { code })
}
