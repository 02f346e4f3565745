import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { isMissing } from './errors.js'
import type { DirectoryEntry, DiskFile, FileSystem, OpenMode } from './file-system.js'
import { LockFile } from './lock-file.js'

const open = promisify(fs.open)
const close = promisify(fs.close)
const fdatasync = promisify(fs.fdatasync)
const fsync = promisify(fs.fsync)
const ftruncate = promisify(fs.ftruncate)

/** `a+` would ignore offsets, so a missing file is made with O_CREAT and opened for reading and writing. */
const OPEN_FLAGS: Record<OpenMode, number> = {
  read: fs.constants.O_RDONLY,
  write: fs.constants.O_RDWR,
  create: fs.constants.O_RDWR | fs.constants.O_CREAT,
}

/** Blocks of `stat` are 512 bytes everywhere, whatever the block size of the disk is. */
const STAT_BLOCK_BYTES = 512

/**
 * Makes a directory and those above it; resolves to the uppermost that it made. Not Node's own `recursive`, which tries for
 * ever where the system answers ENOENT though the directory above is there, as in /proc.
 */
async function makeDirectory(path: string): Promise<string | undefined> {
  try {
    await fs.promises.mkdir(path)
    return path
  } catch (error) {
    if (isDirectory(path)) return undefined
    if (!isMissing(error) || dirname(path) === path) throw error
    const uppermost = await makeDirectory(dirname(path))
    await fs.promises.mkdir(path).catch(unlessDirectory(path))
    return uppermost ?? path
  }
}

function makeDirectorySync(path: string): void {
  try {
    fs.mkdirSync(path)
  } catch (error) {
    if (isDirectory(path)) return
    if (!isMissing(error) || dirname(path) === path) throw error
    makeDirectorySync(dirname(path))
    try {
      fs.mkdirSync(path)
    } catch (again) {
      unlessDirectory(path)(again)
    }
  }
}

/** Another process may have made it meanwhile. */
function unlessDirectory(path: string): (error: unknown) => void {
  return (error) => {
    if (!isDirectory(path)) throw error
  }
}

function isDirectory(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

class NodeFile implements DiskFile {
  readonly path: string
  readonly #fd: number
  #closed = false

  constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
  }

  writeSync(bytes: Uint8Array, start: number, length: number, position: number): void {
    for (let done = 0; done < length; ) {
      done += fs.writeSync(this.#fd, bytes, start + done, length - done, position + done)
    }
  }

  async write(bytes: Uint8Array, start: number, length: number, position: number): Promise<void> {
    for (let done = 0; done < length; ) {
      done += await writeOnce(this.#fd, bytes, start + done, length - done, position + done)
    }
  }

  readSync(target: Uint8Array, start: number, length: number, position: number): number {
    let done = 0
    while (done < length) {
      const bytes = fs.readSync(this.#fd, target, start + done, length - done, position + done)
      if (bytes === 0) break
      done += bytes
    }
    return done
  }

  async read(target: Uint8Array, start: number, length: number, position: number): Promise<number> {
    let done = 0
    while (done < length) {
      const bytes = await readOnce(this.#fd, target, start + done, length - done, position + done)
      if (bytes === 0) break
      done += bytes
    }
    return done
  }

  datasync(): Promise<void> {
    return fdatasync(this.#fd)
  }

  truncate(bytes: number): Promise<void> {
    return ftruncate(this.#fd, bytes)
  }

  truncateSync(bytes: number): void {
    fs.ftruncateSync(this.#fd, bytes)
  }

  sizeSync(): { bytes: number; allocatedBytes: number } {
    const { size, blocks } = fs.fstatSync(this.#fd)
    return { bytes: size, allocatedBytes: blocks * STAT_BLOCK_BYTES }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await close(this.#fd)
  }
}

function writeOnce(fd: number, bytes: Uint8Array, start: number, length: number, position: number) {
  return new Promise<number>((resolve, reject) => {
    fs.write(fd, bytes, start, length, position, (error, written) =>
      error ? reject(error) : resolve(written),
    )
  })
}

function readOnce(fd: number, target: Uint8Array, start: number, length: number, position: number) {
  return new Promise<number>((resolve, reject) => {
    fs.read(fd, target, start, length, position, (error, read) => (error ? reject(error) : resolve(read)))
  })
}

export const nodeFileSystem: FileSystem = {
  async open(path, mode) {
    return new NodeFile(path, await open(path, OPEN_FLAGS[mode], 0o644))
  },

  openSync(path, mode) {
    return new NodeFile(path, fs.openSync(path, OPEN_FLAGS[mode], 0o644))
  },

  async list(path) {
    let entries: fs.Dirent[]
    try {
      entries = fs.readdirSync(path, { withFileTypes: true })
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
    return entries
      .map((entry): DirectoryEntry => {
        const isDirectory = entry.isDirectory()
        return {
          name: entry.name,
          isDirectory,
          bytes: isDirectory ? 0 : fs.statSync(join(path, entry.name)).size,
        }
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  },

  makeDirectory,
  makeDirectorySync,

  rename: (from, to) => fs.promises.rename(from, to),

  remove: (path) => fs.promises.rm(path, { recursive: true, force: true }),

  async syncDirectory(path) {
    // Windows cannot open a directory, and needs no flush of it.
    if (process.platform === 'win32') return
    const fd = await open(path, 'r')
    try {
      await fsync(fd)
    } finally {
      await close(fd)
    }
  },

  lockDirectory: (path) => LockFile.acquire(path),

  async space(path) {
    const { bsize, blocks, bfree, bavail } = await fs.promises.statfs(nearestExisting(path))
    const used = blocks - bfree
    const entire = used + bavail
    return {
      totalBytes: blocks * bsize,
      freeBytes: bfree * bsize,
      usedPercent: entire === 0 ? 0 : Math.ceil((used * 100) / entire),
    }
  },
}

function nearestExisting(path: string): string {
  return fs.existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path))
}
