import { basename, dirname, join } from 'node:path'
import { type DiskFile, type FileSystem, makeDirectory } from '@rocketeer/files'
import { isRocketeerError } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import {
  type Appended,
  decodeRecord,
  type FoundRecord,
  frameRecord,
  type JournalRecord,
  RECORD_HEADER_BYTES,
  type ScannedFile,
  scanFile,
} from './record.js'

/** What became of a record: the byte at its index in the file of outcomes; 0, or no byte, while it waits. */
export const Outcome = { WAITING: 0, DELIVERED: 1, SET_ASIDE: 2, DROPPED: 3, DAMAGED: 4 } as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

export const MESSAGES_SUFFIX = '.messages'
export const OUTCOMES_SUFFIX = '.outcomes'

/** A disk that cannot read some bytes may still read those around them. */
const PIECE_BYTES = 4096

/** Where a record lies. */
export interface JournalEntry {
  readonly file: JournalFile
  readonly index: number
  readonly position: number
  readonly bytes: number
  readonly messages: number
  readonly journaledAt: number
}

export interface OpenedFile {
  readonly file: JournalFile
  readonly waiting: readonly { readonly entry: JournalEntry; readonly record: JournalRecord }[]
  readonly damage: ScannedFile['damage']
}

/**
 * One file of records, `NAME.messages`, to which records are only added, and beside it `NAME.outcomes` with a byte for
 * each. What is known of a message is never written over: an outcome that is lost, because the power went, has the message
 * delivered once more and no other effect.
 */
export class JournalFile {
  readonly path: string
  readonly #files: FileSystem
  #bytes: number
  #records: number
  #waiting: number
  #damaged: boolean
  #messages: DiskFile | undefined
  #outcomes: DiskFile | undefined

  private constructor(
    files: FileSystem,
    path: string,
    found: { bytes: number; records: number; waiting: number; damaged: boolean },
  ) {
    this.#files = files
    this.path = path
    this.#bytes = found.bytes
    this.#records = found.records
    this.#waiting = found.waiting
    this.#damaged = found.damaged
  }

  /** One that is not there yet: its first append makes it. `path`: without a suffix. */
  static create(files: FileSystem, path: string): JournalFile {
    return new JournalFile(files, path, { bytes: 0, records: 0, waiting: 0, damaged: false })
  }

  static async open(files: FileSystem, path: string): Promise<OpenedFile> {
    const { bytes, scanned, outcomes } = await readJournalFile(files, path)
    const isWaiting = ({ index }: FoundRecord) => (outcomes[index] ?? 0) === Outcome.WAITING
    const waiting = scanned.found.filter(isWaiting)
    const file = new JournalFile(files, path, {
      bytes,
      records: (scanned.found.at(-1)?.index ?? -1) + 1,
      waiting: waiting.length,
      damaged: scanned.damage.length > 0,
    })
    return {
      file,
      waiting: waiting.map(({ index, position, bytes, record }) => {
        const { messages, journaledAt } = record
        return { entry: { file, index, position, bytes, messages, journaledAt }, record }
      }),
      damage: scanned.damage,
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  /** True: it is to be kept for inspection when nothing in it waits any more. */
  get damaged(): boolean {
    return this.#damaged
  }

  /** Records that wait. */
  get waiting(): number {
    return this.#waiting
  }

  /** Appends records, all or none; they are on the disk when this resolves. One append at a time. */
  async append(added: readonly Appended[]): Promise<JournalEntry[]> {
    const start = this.#bytes
    const total = added.reduce((sum, { payload }) => sum + RECORD_HEADER_BYTES + payload.length, 0)
    const target = Buffer.allocUnsafe(total)
    const entries: JournalEntry[] = []
    let at = 0
    for (const { payload, record } of added) {
      const index = this.#records + entries.length
      const end = frameRecord(target, at, index, payload)
      const { messages, journaledAt } = record
      entries.push({ file: this, index, position: start + at, bytes: end - at, messages, journaledAt })
      at = end
    }
    const isNew = this.#messages === undefined
    this.#messages ??= await this.#files.open(this.path + MESSAGES_SUFFIX, 'create')
    await this.#messages.write(target, 0, total, start)
    await this.#messages.datasync()
    if (isNew) await this.#files.syncDirectory(dirname(this.path))
    await this.#checkThere()
    this.#bytes += total
    this.#records += entries.length
    this.#waiting += entries.length
    return entries
  }

  /** A file that somebody has removed takes bytes as before, and no process finds them again. */
  async #checkThere(): Promise<void> {
    const [directory, name] = [dirname(this.path), basename(this.path) + MESSAGES_SUFFIX]
    const isThere = (await this.#files.list(directory)).some((entry) => entry.name === name)
    if (!isThere) throw new Error(`somebody has removed ${name}, or the whole directory`)
  }

  /** Takes back what a failed append has left, as far as the disk lets it. */
  async cutBack(): Promise<void> {
    await this.#messages?.truncate(this.#bytes)
  }

  /** Throws `JOURNAL_DAMAGED`. */
  async read({ position, bytes }: JournalEntry): Promise<JournalRecord> {
    this.#messages ??= await this.#files.open(this.path + MESSAGES_SUFFIX, 'write')
    const target = Buffer.allocUnsafe(bytes)
    const path = this.path + MESSAGES_SUFFIX
    try {
      const read = await this.#messages.read(target, 0, bytes, position)
      return decodeRecord(target.subarray(0, read), path, position)
    } catch (error) {
      const isUnreadable = (error as NodeJS.ErrnoException).code === 'EIO'
      if (!isUnreadable && !isRocketeerError(error, 'JOURNAL_DAMAGED')) throw error
      this.#damaged = true
      throw clientErrors.JOURNAL_DAMAGED({ path, position, bytes }, error)
    }
  }

  /** Notes what became of records, which counts from now on; writing it may fail. `durably`: it outlives a power cut, too. */
  async note(entries: readonly JournalEntry[], outcome: Outcome, durably = false): Promise<void> {
    this.#waiting -= entries.length
    this.#outcomes ??= await this.#files.open(this.path + OUTCOMES_SUFFIX, 'create')
    for (const { start, length } of runsOf(entries))
      await this.#outcomes.write(Buffer.alloc(length, outcome), 0, length, start)
    if (durably) await this.#outcomes.datasync()
  }

  /** Has the outcomes outlive a power cut. */
  async close(): Promise<void> {
    await this.#outcomes?.datasync()
    await this.#outcomes?.close()
    await this.#messages?.close()
    this.#outcomes = undefined
    this.#messages = undefined
  }

  /** The messages first: outcomes alone are nothing, messages without outcomes would be delivered again. */
  async remove(): Promise<void> {
    await this.#letGo()
    await this.#files.remove(this.path + MESSAGES_SUFFIX)
    await this.#files.remove(this.path + OUTCOMES_SUFFIX)
  }

  /** Keeps the messages, with what is damaged between them, in another directory. */
  async moveTo(directory: string): Promise<void> {
    await this.#letGo()
    await makeDirectory(this.#files, directory)
    await this.#files.rename(
      this.path + MESSAGES_SUFFIX,
      join(directory, basename(this.path) + MESSAGES_SUFFIX),
    )
    await this.#files.remove(this.path + OUTCOMES_SUFFIX)
  }

  async #letGo(): Promise<void> {
    await this.#messages?.close()
    await this.#outcomes?.close()
    this.#messages = undefined
    this.#outcomes = undefined
  }
}

/** Reads a file as a whole. Bytes that the disk cannot read are as damaged as others. */
export async function readJournalFile(
  files: FileSystem,
  path: string,
): Promise<{ bytes: number; scanned: ScannedFile; outcomes: Buffer }> {
  const messages = await readWhole(files, path + MESSAGES_SUFFIX)
  const outcomes = await readWhole(files, path + OUTCOMES_SUFFIX).catch((error: unknown) => {
    if (isMissing(error)) return Buffer.alloc(0)
    throw error
  })
  return { bytes: messages.length, scanned: scanFile(messages), outcomes }
}

async function readWhole(files: FileSystem, path: string): Promise<Buffer> {
  const file = await files.open(path, 'read')
  try {
    const bytes = Buffer.alloc(file.sizeSync().bytes)
    const read = await file.read(bytes, 0, bytes.length, 0).catch(() => readPieces(file, bytes))
    return bytes.subarray(0, read)
  } finally {
    await file.close()
  }
}

async function readPieces(file: DiskFile, target: Buffer): Promise<number> {
  for (let at = 0; at < target.length; at += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, target.length - at)
    await file.read(target, at, length, at).catch(() => target.fill(0xff, at, at + length))
  }
  return target.length
}

/** Indexes that follow each other, so that they are written together. */
function runsOf(entries: readonly JournalEntry[]): { start: number; length: number }[] {
  const runs: { start: number; length: number }[] = []
  for (const { index } of entries) {
    const last = runs.at(-1)
    if (last !== undefined && last.start + last.length === index) last.length++
    else runs.push({ start: index, length: 1 })
  }
  return runs
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}
