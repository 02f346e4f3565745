import {
  existsSync,
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileErrors, isMissing } from './errors.js'
import type { DirectoryLock } from './file-system.js'

/** Who holds a directory. The process id alone is not enough: another process may have it by now. */
interface Owner {
  pid: number
  /** When the process started, in clock ticks since boot; known on Linux only. */
  startedAt: string | undefined
}

/** Directories this thread holds; shared by all copies of this package. */
const heldHere: Set<string> = sharedSet(Symbol.for('rocketeer.store.directories'))

/** Attempts to take a lock over from a process that is gone, against others who try the same. */
const TAKEOVER_ATTEMPTS_MAX = 10

/**
 * The `lock` file in a directory: it names its owner, and one whose owner is gone (killed) is taken over at once. A
 * running Apache broker is recognised by its lock on the same file.
 */
export class LockFile implements DirectoryLock {
  readonly #path: string
  readonly #key: string

  private constructor(path: string, key: string) {
    this.#path = path
    this.#key = key
  }

  /** Throws `DIRECTORY_IN_USE`. */
  static acquire(directory: string): LockFile {
    const key = realpathSync(directory)
    const path = join(key, 'lock')
    if (heldHere.has(key)) throw fileErrors.DIRECTORY_IN_USE({ path: directory, pid: process.pid })
    for (let attempt = 0; attempt < TAKEOVER_ATTEMPTS_MAX; attempt++) {
      if (create(path)) {
        heldHere.add(key)
        return new LockFile(path, key)
      }
      const seen = read(path)
      const pid = ownerAlive(seen) ?? foreignHolder(path)
      if (pid !== undefined) throw fileErrors.DIRECTORY_IN_USE({ path: directory, pid })
      takeAway(path, seen)
    }
    throw fileErrors.DIRECTORY_IN_USE({ path: directory, pid: undefined })
  }

  release(): void {
    if (!heldHere.delete(this.#key)) return
    remove(this.#path)
  }
}

/** Our file begins with `lock`, too, because Apache writes that over its first bytes. */
function create(path: string): boolean {
  const owner: Owner = { pid: process.pid, startedAt: startOf(process.pid) }
  try {
    writeFileSync(path, `lock ${JSON.stringify(owner)}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The pid of the owner when it still runs. */
function ownerAlive(text: string): number | undefined {
  let owner: Owner
  try {
    owner = JSON.parse(text.slice('lock '.length)) as Owner
  } catch {
    return undefined
  }
  if (!Number.isInteger(owner.pid)) return undefined
  // Our own id, but not in `heldHere`: another thread of this process, which has its own globals, or an earlier process (of
  // a container, say) that had the same id.
  if (owner.pid === process.pid && owner.startedAt === undefined) return undefined
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  return owner.startedAt === undefined || owner.startedAt === startOf(owner.pid) ? owner.pid : undefined
}

/**
 * Field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces and brackets. A killed process whose parent has not
 * asked for its end yet (state Z or X) has let go of everything, so it counts as gone.
 */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

/** The process that holds a POSIX lock on the file, as Java's FileChannel.tryLock takes it; Linux only. */
function foreignHolder(path: string): number | undefined {
  if (!existsSync('/proc/locks')) return undefined
  const { ino } = statSync(path)
  for (const line of read('/proc/locks').split('\n')) {
    const [, , , , pid, file] = line.split(/\s+/)
    if (file?.endsWith(`:${ino}`) && Number(pid) !== process.pid) return Number(pid)
  }
  return undefined
}

/** Moves a dead lock out of the way; if another process was quicker, its fresh lock is put back. */
function takeAway(path: string, seen: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (read(aside) !== seen) {
    try {
      linkSync(aside, path)
    } catch {
      // A third process made a new lock meanwhile, and the owner of the one that is lost learns it at its next start.
    }
  }
  remove(aside)
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

function sharedSet(key: symbol): Set<string> {
  const shared = globalThis as Record<symbol, unknown>
  shared[key] ??= new Set<string>()
  return shared[key] as Set<string>
}
