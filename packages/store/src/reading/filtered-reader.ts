import { setImmediate } from 'node:timers/promises'
import type { DamageReport } from '../commit-log/damage.js'
import type { LogReader } from '../commit-log/log-reader.js'
import { isPossible, isRecordOf } from '../commit-log/record-check.js'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import { isBlankEntry, type QueueEntry } from '../consume-queue/entry.js'
import type { StoreConfig } from '../options.js'
import type { ReadLimits, ReadRequest, RecordFilter } from './read-request.js'
import { emptyResult, isFull, type ReadResult } from './read-result.js'
import type { Piece, Slabs } from './slabs.js'

/** What readers of consume queues are made with. */
export interface ReadingNeeds {
  readonly reader: LogReader
  readonly config: StoreConfig
  /** Its end tells what is far behind. */
  readonly log: { readonly commitOffset: number }
  /** Hears of entries that point at bytes that are no intact record. */
  readonly damage: DamageReport
}

/** A read looks at this many entries at most, matching or not. Apache: maxFilterMessageSize / 20. */
export const ENTRIES_SCANNED_MAX = 800
/** And at this many bytes of records, once it has looked at one. */
const EXAMINED_BYTES_MAX = 8 * 1024 * 1024
/** After so many entries others have their turn: a filter may be costly. */
const ROUND_ENTRIES = 100
/** Room made in advance; an answer that needs more grows. */
const EXPECTED_BYTES_MAX = 256 * 1024

/** Reads the messages of a queue whose records a filter accepts: reads every record and keeps the accepted ones. */
export class FilteredReader {
  readonly #needs: ReadingNeeds
  readonly #slabs: Slabs

  constructor(needs: ReadingNeeds, slabs: Slabs) {
    this.#needs = needs
    this.#slabs = slabs
  }

  /** `noMatched` when no record within the bounds of one read is accepted; the next read goes on at `nextBeginOffset`. */
  async read(
    queue: ConsumeQueue,
    { offset, limits, filter, borrows }: ReadRequest,
    acceptsRecord: RecordFilter,
  ): Promise<ReadResult> {
    const accepts = filter?.accepts
    const answer = new Answer(this.#slabs, borrows)
    const end = Math.min(queue.maxOffset, offset + ENTRIES_SCANNED_MAX)
    let next = offset
    while (next < end) {
      // At first as many as would do if all of them matched.
      const round = next === offset ? Math.min(limits.messagesMax, ROUND_ENTRIES) : ROUND_ENTRIES
      const entries = await queue.entries(next, Math.min(round, end - next))
      if (entries.length === 0) break
      answer.expect(entries)
      for (const entry of entries) {
        if (this.#isReadable(queue, entry) && (!accepts || accepts(entry.tagsCode))) {
          if (this.#isEnough(answer, entry, limits)) return resultOf(answer, next, queue)
          const copied = this.#copy(queue, entry, answer) || (await this.#copyFromDisk(queue, entry, answer))
          if (copied && acceptsRecord(answer.buffer, answer.bytes))
            answer.keep(entry, this.#isFromDisk(entry))
        }
        next++
      }
      if (answer.messages >= limits.messagesMax) break
      if (next < end) await setImmediate()
    }
    return resultOf(answer, next, queue)
  }

  #isReadable(queue: ConsumeQueue, entry: QueueEntry): boolean {
    if (isBlankEntry(entry)) return false
    const { log, damage } = this.#needs
    const isReadable = isPossible(entry, log.commitOffset)
    if (!isReadable) damage.addEntry(queue, entry)
    return isReadable
  }

  #isEnough(answer: Answer, entry: QueueEntry, limits: ReadLimits): boolean {
    if (answer.examinedBytes > 0 && answer.examinedBytes + entry.recordBytes > EXAMINED_BYTES_MAX) return true
    if (answer.messages === 0) return false
    return isFull(answer, entry.recordBytes, this.#isFromDisk(entry), limits, this.#needs.config)
  }

  /** So far behind that a slave should serve it. */
  #isFromDisk({ physicalOffset }: QueueEntry): boolean {
    return physicalOffset < this.#needs.log.commitOffset - this.#needs.config.memoryDistanceBytes
  }

  /** Puts the record behind those kept, if it is in memory and whole. */
  #copy(queue: ConsumeQueue, entry: QueueEntry, answer: Answer): boolean {
    const { reader } = this.#needs
    const { physicalOffset, recordBytes } = entry
    const buffer = answer.room(recordBytes)
    if (!reader.copy(physicalOffset, recordBytes, buffer, answer.bytes)) return false
    // This process encoded or checked what is in memory; what comes from the disk has its checksum compared.
    return isRecordOf(buffer, answer.bytes, entry, queue, physicalOffset < reader.memoryStart)
  }

  /** The same for what is not in memory. False when it is damaged. */
  async #copyFromDisk(queue: ConsumeQueue, entry: QueueEntry, answer: Answer): Promise<boolean> {
    const { reader, damage } = this.#needs
    const { physicalOffset, recordBytes } = entry
    const { buffer, bytes } = answer
    const whole = (await reader.read(physicalOffset, recordBytes, buffer, bytes)) === recordBytes
    const intact = whole && isRecordOf(buffer, bytes, entry, queue, true)
    if (!intact) damage.addRecord(queue, entry)
    return intact
  }
}

const NOTHING: Piece = { buffer: Buffer.alloc(0), release: undefined }

/** The records found so far, one behind the other, and room for the one being looked at. */
class Answer {
  messages = 0
  bytes = 0
  examinedBytes = 0
  fromDisk = false
  readonly #slabs: Slabs
  readonly #borrows: boolean | undefined
  #piece: Piece = NOTHING

  constructor(slabs: Slabs, borrows: boolean | undefined) {
    this.#slabs = slabs
    this.#borrows = borrows
  }

  get buffer(): Buffer {
    return this.#piece.buffer
  }

  get release(): (() => void) | undefined {
    return this.#piece.release
  }

  /** Makes room for the first entries at once: growing copies what is there. */
  expect(entries: readonly QueueEntry[]): void {
    if (this.buffer.length > 0) return
    let bytes = 0
    for (const { recordBytes } of entries) bytes += recordBytes
    this.#grow(Math.max(0, Math.min(bytes, EXPECTED_BYTES_MAX)))
  }

  room(recordBytes: number): Buffer {
    this.examinedBytes += recordBytes
    const needed = this.bytes + recordBytes
    if (needed > this.buffer.length) this.#grow(Math.max(needed, this.buffer.length * 2))
    return this.buffer
  }

  #grow(bytes: number): void {
    const { buffer, release } = this.#piece
    this.#piece = this.#slabs.take(bytes, this.#borrows)
    buffer.copy(this.#piece.buffer, 0, 0, this.bytes)
    release?.()
  }

  keep({ recordBytes }: QueueEntry, fromDisk: boolean): void {
    this.messages++
    this.bytes += recordBytes
    this.fromDisk ||= fromDisk
  }
}

function resultOf(answer: Answer, nextBeginOffset: number, queue: ConsumeQueue): ReadResult {
  if (answer.messages === 0) {
    answer.release?.()
    return emptyResult('noMatched', nextBeginOffset, queue)
  }
  return {
    status: 'found',
    nextBeginOffset,
    minOffset: queue.minOffset,
    maxOffset: queue.maxOffset,
    buffers: [answer.buffer.subarray(0, answer.bytes)],
    release: answer.release,
    messageCount: answer.messages,
    bytes: answer.bytes,
    fromDisk: answer.fromDisk,
  }
}
