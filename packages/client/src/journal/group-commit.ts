import type { Clock } from '@rocketeer/foundation'
import type { JournalEntry } from './journal-file.js'
import { type Appended, RECORD_HEADER_BYTES } from './record.js'

interface Pending {
  readonly added: Appended
  readonly resolve: (entry: JournalEntry) => void
  readonly reject: (error: unknown) => void
}

/** One write holds no more than this, or what a single record has. */
const WRITE_BYTES_MAX = 8 * 1024 * 1024

/** Gathers appends, so that all of a turn of the event loop, and all that come during a flush, share the next one. */
export class GroupCommit {
  readonly #write: (group: readonly Appended[]) => Promise<readonly JournalEntry[]>
  readonly #clock: Clock
  readonly #pending: Pending[] = []
  #bytes = 0
  #running: Promise<void> | undefined

  /** `write`: brings a group to the disk, all of it or nothing. */
  constructor(clock: Clock, write: (group: readonly Appended[]) => Promise<readonly JournalEntry[]>) {
    this.#clock = clock
    this.#write = write
  }

  /** Bytes that are not on the disk yet. */
  get bytes(): number {
    return this.#bytes
  }

  /** Resolves when it is on the disk; rejects as `write` does. */
  append(added: Appended): Promise<JournalEntry> {
    this.#bytes += bytesOf(added)
    return new Promise((resolve, reject) => {
      this.#pending.push({ added, resolve, reject })
      this.#running ??= new Promise<void>((begin) => setImmediate(begin)).then(() => this.#run())
    })
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#pending.splice(0, this.#fitting())
      using _ = this.#clock.inFlight?.hold(() => 'a write to a journal')
      try {
        const entries = await this.#write(group.map(({ added }) => added))
        for (const [index, { resolve }] of group.entries()) resolve(entries[index]!)
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      for (const { added } of group) this.#bytes -= bytesOf(added)
    }
    this.#running = undefined
  }

  /** How many of those that are pending go into one write. */
  #fitting(): number {
    let bytes = 0
    const end = this.#pending.findIndex(({ added }) => {
      bytes += bytesOf(added)
      return bytes > WRITE_BYTES_MAX
    })
    return end < 0 ? this.#pending.length : Math.max(1, end)
  }
}

function bytesOf({ payload }: Appended): number {
  return RECORD_HEADER_BYTES + payload.length
}
