/**
 * What Rocketeer needs of a disk. Everything it reads or writes goes through this port, so that tests can tear writes,
 * shorten reads, fill the disk, fail a flush and cut the power.
 */
export interface FileSystem {
  /** `read` and `write` need an existing file, `create` makes the file when it is missing. */
  open(path: string, mode: OpenMode): Promise<DiskFile>
  openSync(path: string, mode: OpenMode): DiskFile
  /** Names in a directory, sorted; none when the directory is missing. */
  list(path: string): Promise<DirectoryEntry[]>
  /** Makes a directory and those above it. Resolves to the uppermost directory that was missing, if one was. */
  makeDirectory(path: string): Promise<string | undefined>
  makeDirectorySync(path: string): void
  rename(from: string, to: string): Promise<void>
  /** A missing file or directory counts as removed. */
  remove(path: string): Promise<void>
  /** Makes created, renamed and removed names in a directory durable, where the platform can. */
  syncDirectory(path: string): Promise<void>
  /**
   * Keeps everybody else out of an existing directory, in this process and in others. Throws `DIRECTORY_IN_USE`. The lock
   * of a process that was killed counts for nothing.
   */
  lockDirectory(path: string): DirectoryLock
  /** Space of the disk under `path`, which need not exist yet. */
  space(path: string): Promise<DiskSpace>
}

export type OpenMode = 'read' | 'write' | 'create'

export interface DirectoryEntry {
  name: string
  isDirectory: boolean
  /** 0 for directories. */
  bytes: number
}

export interface DiskFile {
  readonly path: string
  /** Writes all bytes or throws; after a throw any part may have been written. */
  writeSync(bytes: Uint8Array, start: number, length: number, position: number): void
  write(bytes: Uint8Array, start: number, length: number, position: number): Promise<void>
  /** Returns the number of bytes read: fewer than `length` only at the end of the file. */
  readSync(target: Uint8Array, start: number, length: number, position: number): number
  read(target: Uint8Array, start: number, length: number, position: number): Promise<number>
  /** Resolves when everything written before the call is on disk. */
  datasync(): Promise<void>
  truncate(bytes: number): Promise<void>
  truncateSync(bytes: number): void
  /** Length, and the bytes the disk really holds of it (files are sparse). */
  sizeSync(): { bytes: number; allocatedBytes: number }
  close(): Promise<void>
}

export interface DirectoryLock {
  /** A second time does nothing. */
  release(): void
}

export interface DiskSpace {
  readonly totalBytes: number
  readonly freeBytes: number
  /** 0 to 100, rounded up, as `df` counts it. Apache: UtilAll.getDiskPartitionSpaceUsedPercent. */
  readonly usedPercent: number
}
