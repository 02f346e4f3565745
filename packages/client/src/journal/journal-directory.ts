import { join } from 'node:path'
import { type DirectoryLock, type FileSystem, makeDirectory } from '@rocketeer/files'
import { type Clock, isRocketeerError, messageOf } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import { GroupCommit } from './group-commit.js'
import {
  type JournalEntry,
  JournalFile,
  MESSAGES_SUFFIX,
  type OpenedFile,
  OUTCOMES_SUFFIX,
  Outcome,
} from './journal-file.js'
import {
  type Appended,
  encodePayload,
  type JournalRecord,
  type JournalRefusal,
  RECORD_HEADER_BYTES,
} from './record.js'

/** Files this long are followed by the next: the space of what was delivered comes back file by file. */
const FILE_BYTES = 4 * 1024 * 1024

export const SET_ASIDE_NAME = 'set-aside'
export const DAMAGED_NAME = 'damaged'
const NAME = /^(\d{8})\.(messages|outcomes)$/

interface JournalDirectoryNeeds {
  readonly files: FileSystem
  readonly directory: string
  readonly bytesMax: number
  readonly clock: Clock
  /** Called for failures that nobody waits for. */
  readonly report: (error: unknown) => void
}

/** A message in the journal. */
export type Waiting = OpenedFile['waiting'][number]

/**
 * The files of a journal, locked as long as it is open:
 *
 *     00000007.messages, 00000007.outcomes   messages in the order they came, and what became of each
 *     set-aside.messages, .outcomes          messages that brokers refused, with the reason
 *     damaged/00000003.messages              files with bytes that are no messages, kept when the rest of them was delivered
 *     lock
 *
 * A file that an earlier process began is never added to, so a torn end stays where it is and harms nothing.
 */
export class JournalDirectory {
  readonly path: string
  readonly #needs: JournalDirectoryNeeds
  readonly #lock: DirectoryLock
  readonly #old = new Set<JournalFile>()
  #current: JournalFile | undefined
  #setAside: JournalFile | undefined
  #lastNumber = 0
  readonly #commit: GroupCommit
  /** The set-aside file takes one append after the other. */
  #settingAside: Promise<unknown> = Promise.resolve()
  #damagedBytes = 0

  private constructor(needs: JournalDirectoryNeeds, lock: DirectoryLock) {
    this.path = needs.directory
    this.#needs = needs
    this.#lock = lock
    this.#commit = new GroupCommit(needs.clock, (group) => this.#appendTo(this.#fileToAppend(), group))
  }

  /**
   * Resolves with what waits, in the order it came. Throws `JOURNAL_IN_USE` while another process has it, and
   * `JOURNAL_FAILED` when it cannot be read.
   */
  static async open(
    needs: JournalDirectoryNeeds,
  ): Promise<{ journal: JournalDirectory; waiting: readonly Waiting[] }> {
    const { files, directory } = needs
    let lock: DirectoryLock | undefined
    try {
      await makeDirectory(files, directory)
      lock = files.lockDirectory(directory)
      const journal = new JournalDirectory(needs, lock)
      return { journal, waiting: await journal.#load() }
    } catch (error) {
      lock?.release()
      if (isRocketeerError(error, 'DIRECTORY_IN_USE'))
        throw clientErrors.JOURNAL_IN_USE({ directory, pid: error.details.pid }, error)
      throw clientErrors.JOURNAL_FAILED({ directory, reason: messageOf(error) }, error)
    }
  }

  /** Of all files, with what is being written. */
  get bytes(): number {
    let bytes = this.#commit.bytes + (this.#current?.bytes ?? 0) + this.setAsideBytes
    for (const file of this.#old) bytes += file.bytes
    return bytes
  }

  /** How many sends were set aside. */
  get setAside(): number {
    return this.#setAside?.waiting ?? 0
  }

  get setAsideBytes(): number {
    return this.#setAside?.bytes ?? 0
  }

  /** Bytes that are no messages. */
  get damagedBytes(): number {
    return this.#damagedBytes
  }

  /**
   * Resolves when the message is on the disk; all appends of a turn of the event loop share one flush. Rejects with
   * `JOURNAL_FULL` or `JOURNAL_FAILED`, and then the message is not in the journal. `cause`: why it came here.
   */
  append(record: JournalRecord, cause?: unknown): Promise<JournalEntry> {
    const { directory, bytesMax } = this.#needs
    const payload = encodePayload(record)
    const bytes = RECORD_HEADER_BYTES + payload.length
    if (this.bytes + bytes > bytesMax) {
      const details = { directory, bytes: this.bytes, bytesMax, setAsideBytes: this.setAsideBytes }
      return Promise.reject(clientErrors.JOURNAL_FULL(details, cause))
    }
    return this.#commit.append({ payload, record })
  }

  /** Throws `JOURNAL_DAMAGED`. */
  read(entry: JournalEntry): Promise<JournalRecord> {
    return entry.file.read(entry)
  }

  /** Notes what became of messages of one file, and removes the file when nothing in it waits. Never rejects. */
  async note(entries: readonly JournalEntry[], outcome: Outcome): Promise<void> {
    const file = entries[0]!.file
    try {
      const noting = file.note(entries, outcome, outcome === Outcome.DROPPED)
      // A file that is removed needs no notes, and gives back the space that they lack.
      const isGone = file.waiting === 0 && (await noting.catch(() => {}).then(() => this.#finish(file)))
      if (!isGone) await noting
    } catch (error) {
      const { directory } = this.#needs
      this.#needs.report(clientErrors.JOURNAL_NOT_NOTED({ directory, reason: messageOf(error) }, error))
    }
  }

  /** Keeps a message that brokers refuse where people find it. Rejects with `JOURNAL_FAILED`: then it stays where it is. */
  setAsideOne(entry: JournalEntry, record: JournalRecord, refusal: JournalRefusal): Promise<void> {
    return this.#oneByOne(async () => {
      const { files, directory } = this.#needs
      const added = { ...record, refusal }
      this.#setAside ??= JournalFile.create(files, join(directory, SET_ASIDE_NAME))
      await this.#appendTo(this.#setAside, [{ record: added, payload: encodePayload(added) }])
      await this.note([entry], Outcome.SET_ASIDE)
    })
  }

  /** Puts what was set aside behind everything else, one by one. Resolves to how many sends these were. */
  takeSetAside(onTaken: (taken: Waiting) => void): Promise<number> {
    return this.#oneByOne(async () => {
      const listed = await this.listSetAside()
      for (const { entry, record } of listed) {
        const { refusal: _, ...again } = record
        onTaken({ entry: await this.append(again), record: again })
        await this.note([entry], Outcome.DELIVERED)
      }
      return listed.length
    })
  }

  async listSetAside(): Promise<Waiting[]> {
    const file = this.#setAside
    if (file === undefined) return []
    const { waiting } = await JournalFile.open(this.#needs.files, file.path)
    return waiting.map(({ entry, record }) => ({ entry: { ...entry, file }, record }))
  }

  /** Waits for what is being written; lets others have the journal. */
  async close(): Promise<void> {
    await this.#commit.idle()
    await this.#settingAside.catch(() => {})
    try {
      for (const file of [...this.#old, this.#current, this.#setAside]) await file?.close()
    } finally {
      this.#lock.release()
    }
  }

  async #load(): Promise<Waiting[]> {
    const { files, directory } = this.#needs
    const names = (await files.list(directory))
      .filter(({ isDirectory }) => !isDirectory)
      .map(({ name }) => name)
    const kept = (await files.list(join(directory, DAMAGED_NAME))).map(({ name }) => name)
    const waiting: Waiting[] = []
    for (const name of [...names, ...kept])
      this.#lastNumber = Math.max(this.#lastNumber, Number(NAME.exec(name)?.[1] ?? 0))
    for (const name of names.filter((each) => NAME.test(each))) {
      const path = join(directory, name.slice(0, 8))
      if (name.endsWith(OUTCOMES_SUFFIX)) {
        if (!names.includes(name.slice(0, 8) + MESSAGES_SUFFIX)) await files.remove(path + OUTCOMES_SUFFIX)
        continue
      }
      const opened = await JournalFile.open(files, path)
      this.#reportDamage(path, opened)
      this.#old.add(opened.file)
      if (opened.file.waiting === 0) await this.#finish(opened.file)
      waiting.push(...opened.waiting)
    }
    if (names.includes(SET_ASIDE_NAME + MESSAGES_SUFFIX)) {
      const opened = await JournalFile.open(files, join(directory, SET_ASIDE_NAME))
      this.#reportDamage(join(directory, SET_ASIDE_NAME), opened)
      if (opened.file.waiting > 0 || opened.file.damaged) this.#setAside = opened.file
      else await opened.file.remove()
    }
    return waiting
  }

  #reportDamage(path: string, { damage }: OpenedFile): void {
    for (const { position, bytes } of damage) {
      this.#damagedBytes += bytes
      this.#needs.report(clientErrors.JOURNAL_DAMAGED({ path: path + MESSAGES_SUFFIX, position, bytes }))
    }
  }

  #fileToAppend(): JournalFile {
    if (this.#current !== undefined && this.#current.bytes >= FILE_BYTES) this.#retire(this.#current)
    if (this.#current === undefined) {
      const name = String(++this.#lastNumber).padStart(8, '0')
      this.#current = JournalFile.create(this.#needs.files, join(this.#needs.directory, name))
    }
    return this.#current
  }

  /**
   * After a failure nobody knows what a file holds behind its last good record: it is cut back, where the disk lets it, and
   * gets no more.
   */
  async #appendTo(file: JournalFile, added: readonly Appended[]): Promise<JournalEntry[]> {
    try {
      return await file.append(added)
    } catch (error) {
      await file.cutBack().catch(() => {})
      if (file === this.#current) this.#retire(file)
      if (file.waiting === 0) await this.#finish(file).catch(() => {})
      const { directory } = this.#needs
      throw clientErrors.JOURNAL_FAILED({ directory, reason: messageOf(error) }, error)
    }
  }

  #retire(file: JournalFile): void {
    this.#old.add(file)
    this.#current = undefined
  }

  /** Removes a file in which nothing waits any more; resolves to false when more comes into it. */
  async #finish(file: JournalFile): Promise<boolean> {
    // What is being appended to it waits.
    if (file === this.#current) {
      if (this.#commit.bytes > 0) return false
      this.#current = undefined
    }
    if (file === this.#setAside) this.#setAside = undefined
    this.#old.delete(file)
    if (file.damaged) await file.moveTo(join(this.#needs.directory, DAMAGED_NAME))
    else await file.remove()
    return true
  }

  #oneByOne<Result>(task: () => Promise<Result>): Promise<Result> {
    const running = this.#settingAside.catch(() => {}).then(task)
    this.#settingAside = running
    return running
  }
}
