import { assert, firstWhere } from '@rocketeer/foundation'
import {
  BLANK_RECORD_BYTES,
  ENTRY_BYTES,
  isBlankEntry,
  type QueueEntry,
  readEntry,
  writeEntry,
} from './entry.js'
import type { QueueFiles } from './queue-files.js'

/** Apache's brokers can list a record in such queues besides its own. Apache: MixAll.LMQ_PREFIX. */
const LIGHT_QUEUE_PREFIX = '%LMQ%'
/** A queue starts with room for this many entries and grows as it is used. */
const TAIL_ENTRIES_MIN = 64
/** Written entries beyond this leave memory. */
const TAIL_ENTRIES_KEPT = 4096

/** Entries in memory: `count` of them from `buffer[position]` on. */
export interface EntryView {
  buffer: Buffer
  position: number
  count: number
  /** They were read, and may be damaged; this process made the others. */
  fromFiles: boolean
}

/**
 * The index of one queue of a topic into the commit log. New entries live in memory and reach the files some time
 * later, in one write: they can always be made again from the log. Apache: ConsumeQueue.
 */
export class ConsumeQueue {
  readonly topic: string
  readonly queueId: number
  /** The topic that its records name; undefined for a queue that lists records of other topics. */
  readonly topicBytes: Buffer | undefined
  readonly files: QueueFiles
  /** Offset of the first entry whose record is still in the log. */
  minOffset: number
  /** One past the last entry consumers may see. */
  maxOffset: number
  /** Given to the next message that is appended. */
  nextOffset: number
  /** End of the last record in this queue. */
  maxPhysicalOffset: number
  /** Entries before it are in the files. */
  #writtenOffset: number
  /** First offset that was written since the last `datasync`. */
  #unsyncedOffset: number
  #tail: Buffer | undefined
  /** Offset of the entry at `#tail[0]`. */
  #tailStart: number
  #idle = false
  /** Entries in the files from here on have to go before the next write. */
  #cutAt: number | undefined

  constructor(options: {
    topic: string
    queueId: number
    files: QueueFiles
    minOffset: number
    maxOffset: number
    maxPhysicalOffset: number
  }) {
    this.topic = options.topic
    this.queueId = options.queueId
    this.topicBytes = options.topic.startsWith(LIGHT_QUEUE_PREFIX) ? undefined : Buffer.from(options.topic)
    this.files = options.files
    this.minOffset = options.minOffset
    this.maxOffset = options.maxOffset
    this.nextOffset = options.maxOffset
    this.maxPhysicalOffset = options.maxPhysicalOffset
    this.#writtenOffset = options.maxOffset
    this.#unsyncedOffset = options.maxOffset
    this.#tailStart = options.maxOffset
  }

  get hasUnwritten(): boolean {
    return this.#writtenOffset < this.maxOffset || this.#cutAt !== undefined
  }

  get hasUnsynced(): boolean {
    return this.#unsyncedOffset < this.#writtenOffset
  }

  /** Adds the entry at `maxOffset`. */
  append(physicalOffset: number, recordBytes: number, tagsCode: number): void {
    const position = (this.maxOffset - this.#tailStart) * ENTRY_BYTES
    const tail = this.#tail && position < this.#tail.length ? this.#tail : this.#makeRoom()
    writeEntry(tail, (this.maxOffset - this.#tailStart) * ENTRY_BYTES, physicalOffset, recordBytes, tagsCode)
    this.maxOffset++
    this.maxPhysicalOffset = physicalOffset + recordBytes
    this.#idle = false
  }

  /** Holds the places up to `offset`, whose records are lost, so that later entries keep their offsets. */
  appendBlanks(offset: number, physicalOffset: number): void {
    while (this.maxOffset < offset) this.append(physicalOffset, BLANK_RECORD_BYTES, 0)
    this.maxPhysicalOffset = physicalOffset
  }

  /** Lets an empty queue begin at `offset`. */
  startAt(offset: number): void {
    this.minOffset = offset
    this.maxOffset = offset
    this.nextOffset = offset
    this.#writtenOffset = offset
    this.#unsyncedOffset = offset
    this.#tailStart = offset
  }

  /** Entries from `offset` on when they are in memory. */
  inMemory(offset: number): EntryView | undefined {
    if (offset < this.#tailStart || !this.#tail) return undefined
    return {
      buffer: this.#tail,
      position: (offset - this.#tailStart) * ENTRY_BYTES,
      count: this.maxOffset - offset,
      fromFiles: false,
    }
  }

  /** Some entries from `offset` on that are not in memory, at most `count`. */
  async fromFiles(offset: number, count: number): Promise<EntryView> {
    const end = Math.min(offset + count, this.#tail ? this.#tailStart : this.#writtenOffset)
    const buffer = await this.files.read(offset, end - offset)
    return { buffer, position: 0, count: buffer.length / ENTRY_BYTES, fromFiles: true }
  }

  async entryAt(offset: number): Promise<QueueEntry | undefined> {
    return (await this.entries(offset, 1))[0]
  }

  /** Some entries from `offset` on, wherever they are, at most `countMax`; none only where there are none. */
  async entries(offset: number, countMax: number): Promise<QueueEntry[]> {
    if (offset < this.minOffset || offset >= this.maxOffset) return []
    // Entries in memory are copied before anything else runs: the next append may move them.
    const { buffer, position, count } = this.inMemory(offset) ?? (await this.fromFiles(offset, countMax))
    return Array.from({ length: Math.min(count, countMax) }, (_, index) =>
      readEntry(buffer, position + index * ENTRY_BYTES, offset + index),
    )
  }

  /** Writes what is only in memory. One call at a time. */
  async write(): Promise<void> {
    await this.#cutFiles()
    const from = this.#writtenOffset
    const end = this.maxOffset
    if (from >= end || !this.#tail) return
    const start = (from - this.#tailStart) * ENTRY_BYTES
    // A copy: the tail may move while the write runs.
    const entries = Buffer.from(this.#tail.subarray(start, start + (end - from) * ENTRY_BYTES))
    await this.files.write(from, entries)
    // Cut while it was written: what came since is written again.
    if (this.#cutAt !== undefined) return
    this.#writtenOffset = Math.max(this.#writtenOffset, Math.min(end, this.maxOffset))
  }

  async datasync(): Promise<void> {
    const end = this.#writtenOffset
    if (this.#unsyncedOffset >= end) return
    await this.files.datasync(this.#unsyncedOffset)
    this.#unsyncedOffset = Math.max(this.#unsyncedOffset, end)
  }

  /** Frees the memory of a queue that got no message between two calls. */
  releaseIdle(): void {
    if (this.#idle && !this.hasUnwritten) {
      this.#tail = undefined
      this.#tailStart = this.maxOffset
    }
    this.#idle = true
  }

  /** Drops entries that point at `physicalBound` or behind it, from the files, too. */
  async truncate(physicalBound: number): Promise<void> {
    if (this.maxPhysicalOffset <= physicalBound) return
    const end = await firstWhere(this.minOffset, this.maxOffset, async (offset) => {
      const entry = await this.entryAt(offset)
      return !entry || entry.physicalOffset >= physicalBound
    })
    const last = await this.entryAt(end - 1)
    this.cut(end, last ? physicalEndOf(last) : 0)
    await this.#cutFiles()
  }

  /** Drops entries from `offset` on, from memory at once and from the files before the next write. */
  cut(offset: number, maxPhysicalOffset: number): void {
    assert(offset <= this.maxOffset, 'a queue is cut within its entries')
    this.#cutAt = Math.min(this.#cutAt ?? offset, offset)
    if (offset <= this.#tailStart) {
      this.#tail = undefined
      this.#tailStart = offset
    }
    this.#writtenOffset = Math.min(this.#writtenOffset, offset)
    this.#unsyncedOffset = Math.min(this.#unsyncedOffset, offset)
    this.maxOffset = offset
    this.nextOffset = offset
    this.minOffset = Math.min(this.minOffset, offset)
    this.maxPhysicalOffset = maxPhysicalOffset
  }

  /** Moves `minOffset` to the first entry whose record is at or after `minPhysicalOffset`. */
  async advanceMinOffset(minPhysicalOffset: number): Promise<void> {
    const isGone = (entry: QueueEntry) =>
      entry.physicalOffset < minPhysicalOffset || (isBlankEntry(entry) && entry.physicalOffset === 0)
    const first = await this.entryAt(this.minOffset)
    if (!first || !isGone(first)) return
    this.minOffset = await firstWhere(this.minOffset + 1, this.maxOffset, async (offset) => {
      const entry = await this.entryAt(offset)
      return !entry || !isGone(entry)
    })
  }

  async #cutFiles(): Promise<void> {
    const offset = this.#cutAt
    if (offset === undefined) return
    await this.files.truncate(offset)
    if (this.#cutAt === offset) this.#cutAt = undefined
  }

  #makeRoom(): Buffer {
    if (!this.#tail) {
      this.#tailStart = this.maxOffset
      this.#tail = Buffer.allocUnsafe(TAIL_ENTRIES_MIN * ENTRY_BYTES)
      return this.#tail
    }
    const count = this.maxOffset - this.#tailStart
    // The older half leaves when it is written, so that each entry is moved at most twice.
    const droppable = Math.min(this.#writtenOffset - this.#tailStart, Math.floor(count / 2))
    const drop = count >= TAIL_ENTRIES_KEPT && droppable >= count / 4 ? droppable : 0
    const grown = drop > 0 ? this.#tail.length : this.#tail.length * 2
    const next = drop > 0 ? this.#tail : Buffer.allocUnsafe(grown)
    this.#tail.copy(next, 0, drop * ENTRY_BYTES, count * ENTRY_BYTES)
    this.#tailStart += drop
    this.#tail = next
    return next
  }
}

function physicalEndOf(entry: QueueEntry): number {
  return entry.physicalOffset + (isBlankEntry(entry) ? 0 : entry.recordBytes)
}
