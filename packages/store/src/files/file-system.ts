/**
 * What the store asks of a disk. Everything the store reads or writes goes through here, so that tests can tear
 * writes, shorten reads, fill the disk and fail a flush.
 */
export interface FileSystem {
  /** `read` and `write` need an existing file, `create` makes the file when it is missing. */
  open(path: string, mode: OpenMode): Promise<StoreFile>
  openSync(path: string, mode: OpenMode): StoreFile
  /** Names in a directory, sorted; none when the directory is missing. */
  list(path: string): Promise<DirectoryEntry[]>
  makeDirectory(path: string): Promise<void>
  makeDirectorySync(path: string): void
  rename(from: string, to: string): Promise<void>
  /** A missing file or directory counts as removed. */
  remove(path: string): Promise<void>
  /** Makes created, renamed and removed names in a directory durable, where the platform can. */
  syncDirectory(path: string): Promise<void>
  /** How full the disk under `path` is, 0 to 100, as `df` counts it. */
  usedPercent(path: string): Promise<number>
}

export type OpenMode = 'read' | 'write' | 'create'

export interface DirectoryEntry {
  name: string
  isDirectory: boolean
  /** 0 for directories. */
  bytes: number
}

export interface StoreFile {
  readonly path: string
  /** Writes all bytes or throws; after a throw any part may have been written. */
  writeSync(bytes: Uint8Array, start: number, length: number, position: number): void
  write(bytes: Uint8Array, start: number, length: number, position: number): Promise<void>
  /** Returns the bytes read: fewer than asked only at the end of the file. */
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

/** A file is named after the offset of its first byte, in 20 digits. Apache: UtilAll.offset2FileName. */
export function fileNameOf(baseOffset: number): string {
  return String(baseOffset).padStart(20, '0')
}

/** The offset a file name stands for, or undefined for a file that is not ours. */
export function baseOffsetOf(fileName: string): number | undefined {
  return /^\d{20}$/.test(fileName) ? Number(fileName) : undefined
}
