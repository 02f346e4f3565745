import { dirname, join, parse, resolve } from 'node:path'
import {
  type DirectoryEntry,
  type DirectoryLock,
  type DiskFile,
  type DiskSpace,
  type FileSystem,
  fileErrors,
  type OpenMode,
} from '@rocketeer/files'
import { SimulatedData } from './simulated-data.js'
import { SimulatedDirectory, type SimulatedNode } from './simulated-directory.js'
import { SimulatedFile } from './simulated-file.js'

/**
 * A disk in memory that can lose its power. It keeps what POSIX promises and nothing more: bytes are durable after
 * `datasync` of their file, names after `syncDirectory` of their directory. Of everything else any part may be lost.
 */
export class SimulatedDisk implements FileSystem {
  readonly #root = new SimulatedDirectory()
  readonly #locked = new Set<string>()
  /** Changes that still pass before the power goes. */
  #changesLeft = Number.POSITIVE_INFINITY
  /** Counts restarts: a file that was opened before the last one cannot be used any more. */
  #restarts = 0

  /** Lets so many more changes pass; the power goes with the next one, which is made, but fails for its caller. */
  cutPowerAfter(changes: number): void {
    this.#changesLeft = changes
  }

  /** False from a power cut to the restart. */
  get hasPower(): boolean {
    return this.#changesLeft >= 0
  }

  /** Starts the machine again. `survives` is asked about each change that was not synced; locks and open files are gone. */
  restart(survives: () => boolean): void {
    this.#restarts++
    this.#changesLeft = Number.POSITIVE_INFINITY
    this.#locked.clear()
    this.#root.losePower(survives)
  }

  /** Makes everything durable. */
  sync(): void {
    this.#root.syncAll()
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    return this.openSync(path, mode)
  }

  openSync(path: string, mode: OpenMode): DiskFile {
    this.#needPower()
    let node = this.#find(path)
    if (node === undefined && mode === 'create') {
      const data = new SimulatedData()
      this.#change(() => this.#directory(dirname(path)).change({ added: [nameOf(path), data] }))
      node = data
    }
    if (node === undefined) throw systemError('ENOENT', 'open', path)
    if (node instanceof SimulatedDirectory) throw systemError('EISDIR', 'open', path)
    const restarts = this.#restarts
    const needSameRun = () => {
      if (restarts !== this.#restarts) throw systemError('EIO', 'use', path)
    }
    return new SimulatedFile(path, node, {
      read: (task) => {
        needSameRun()
        this.#needPower()
        return task()
      },
      change: (task) => {
        needSameRun()
        this.#change(task)
      },
    })
  }

  async list(path: string): Promise<DirectoryEntry[]> {
    this.#needPower()
    const node = this.#find(path)
    if (node === undefined) return []
    if (node instanceof SimulatedData) throw systemError('ENOTDIR', 'list', path)
    return [...node.entries]
      .map(([name, entry]) => {
        const isDirectory = entry instanceof SimulatedDirectory
        return { name, isDirectory, bytes: isDirectory ? 0 : entry.bytes }
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async makeDirectory(path: string): Promise<string | undefined> {
    return this.#make(path)
  }

  makeDirectorySync(path: string): void {
    this.#make(path)
  }

  async rename(from: string, to: string): Promise<void> {
    this.#needPower()
    const node = this.#find(from)
    if (node === undefined) throw systemError('ENOENT', 'rename', from)
    const [left, entered] = [this.#directory(dirname(from)), this.#directory(dirname(to))]
    this.#change(() => {
      if (left === entered) left.change({ removed: nameOf(from), added: [nameOf(to), node] })
      else {
        entered.change({ added: [nameOf(to), node] })
        left.change({ removed: nameOf(from) })
      }
    })
  }

  async remove(path: string): Promise<void> {
    this.#needPower()
    if (this.#find(path) === undefined) return
    this.#change(() => this.#directory(dirname(path)).change({ removed: nameOf(path) }))
  }

  async syncDirectory(path: string): Promise<void> {
    this.#change(() => this.#directory(path).sync())
  }

  lockDirectory(path: string): DirectoryLock {
    this.#directory(path)
    const key = resolve(path)
    if (this.#locked.has(key)) throw fileErrors.DIRECTORY_IN_USE({ path, pid: process.pid })
    this.#locked.add(key)
    const restarts = this.#restarts
    return {
      release: () => {
        if (restarts === this.#restarts) this.#locked.delete(key)
      },
    }
  }

  async space(): Promise<DiskSpace> {
    return { totalBytes: 2 ** 40, freeBytes: 2 ** 40, usedPercent: 0 }
  }

  /** Returns the uppermost directory that was missing. */
  #make(path: string): string | undefined {
    this.#needPower()
    let uppermost: string | undefined
    let made = parse(resolve(path)).root
    for (const name of namesOf(path)) {
      const parent = this.#directory(made)
      made = join(made, name)
      const present = parent.entries.get(name)
      if (present instanceof SimulatedData) throw systemError('EEXIST', 'make', made)
      if (present !== undefined) continue
      uppermost ??= made
      this.#change(() => parent.change({ added: [name, new SimulatedDirectory()] }))
    }
    return uppermost
  }

  #find(path: string): SimulatedNode | undefined {
    let node: SimulatedNode | undefined = this.#root
    for (const name of namesOf(path)) {
      if (!(node instanceof SimulatedDirectory)) return undefined
      node = node.entries.get(name)
    }
    return node
  }

  #directory(path: string): SimulatedDirectory {
    const node = this.#find(path)
    if (node instanceof SimulatedDirectory) return node
    throw systemError(node === undefined ? 'ENOENT' : 'ENOTDIR', 'find', path)
  }

  #needPower(): void {
    if (!this.hasPower) throw powerIsOff()
  }

  /** Makes a change; the one with which the power goes is made, too, and then fails. */
  #change(make: () => void): void {
    this.#needPower()
    make()
    if (--this.#changesLeft < 0) throw powerIsOff()
  }
}

function namesOf(path: string): string[] {
  return resolve(path)
    .slice(parse(resolve(path)).root.length)
    .split(/[\\/]/)
    .filter((name) => name !== '')
}

function nameOf(path: string): string {
  return namesOf(path).at(-1) ?? ''
}

function systemError(code: string, what: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: simulated, ${what} '${path}'`), { code })
}

function powerIsOff(): NodeJS.ErrnoException {
  return Object.assign(new Error('EIO: simulated, the power is off'), { code: 'EIO' })
}
