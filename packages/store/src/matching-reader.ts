import { setImmediate } from 'node:timers/promises'
import { isIntact } from './commit-log/record-check.js'
import type { ConsumeQueue } from './consume-queue/consume-queue.js'
import { ENTRY_BYTES, isBlankEntry, type QueueEntry, readEntry } from './consume-queue/entry.js'
import type { QueueReaderNeeds } from './queue-reader.js'
import { emptyResult, isFull, type ReadLimits, type ReadResult, type RecordFilter } from './read-result.js'

/** A read looks at this many entries at most, matching or not. Apache: maxFilterMessageSize / 20. */
export const ENTRIES_SCANNED_MAX = 800
/** And at this many bytes of records, once it has looked at one. */
const EXAMINED_BYTES_MAX = 8 * 1024 * 1024
/** After so many entries others have their turn: a filter may be costly. */
const ROUND_ENTRIES = 100
const ANSWER_BYTES_MIN = 16 * 1024

/** Reads the messages of a queue whose records match: every record is read, those that match are kept. */
export class MatchingReader {
  readonly #needs: QueueReaderNeeds

  constructor(needs: QueueReaderNeeds) {
    this.#needs = needs
  }

  /** `noMatched` when nothing did among what one read looks at; the next read goes on at `nextBeginOffset`. */
  async read(
    queue: ConsumeQueue,
    offset: number,
    limits: ReadLimits,
    accepts: ((tagsCode: number) => boolean) | undefined,
    acceptsRecord: RecordFilter,
  ): Promise<ReadResult> {
    const answer = new Answer()
    const end = Math.min(queue.maxOffset, offset + ENTRIES_SCANNED_MAX)
    let next = offset
    while (next < end) {
      const entries = await entriesOf(queue, next, Math.min(ROUND_ENTRIES, end - next))
      if (entries.length === 0) break
      for (const entry of entries) {
        const wanted = !isBlankEntry(entry) && (!accepts || accepts(entry.tagsCode))
        if (wanted) {
          if (this.#isEnough(answer, entry, limits)) return resultOf(answer, next, queue)
          if ((await this.#copy(entry, answer)) && acceptsRecord(answer.buffer, answer.bytes))
            answer.keep(entry, this.#isFromDisk(entry))
        }
        next++
      }
      if (next < end) await setImmediate()
    }
    return resultOf(answer, next, queue)
  }

  #isEnough(answer: Answer, entry: QueueEntry, limits: ReadLimits): boolean {
    if (answer.examinedBytes > 0 && answer.examinedBytes + entry.recordBytes > EXAMINED_BYTES_MAX) return true
    if (answer.messages === 0) return false
    return isFull(answer, entry.recordBytes, this.#isFromDisk(entry), limits, this.#needs.settings)
  }

  /** So far behind that a slave should serve it. */
  #isFromDisk({ physicalOffset }: QueueEntry): boolean {
    return physicalOffset < this.#needs.logEnd() - this.#needs.settings.memoryDistanceBytes
  }

  /** Puts the record behind those kept. False when it is damaged. */
  async #copy({ physicalOffset, recordBytes }: QueueEntry, answer: Answer): Promise<boolean> {
    const { reader, onDamage } = this.#needs
    const position = answer.bytes
    const buffer = answer.room(recordBytes)
    // What is in memory was encoded by this process; what comes from the disk has its checksum compared.
    const checkCrc = physicalOffset < reader.memoryStart
    const whole =
      reader.copy(physicalOffset, recordBytes, buffer, position) ||
      (await reader.read(physicalOffset, recordBytes, buffer, position)) === recordBytes
    const intact = whole && isIntact(buffer, position, physicalOffset, recordBytes, checkCrc)
    if (!intact) onDamage(physicalOffset, recordBytes)
    return intact
  }
}

/** The records found so far, one behind the other, and room for the one being looked at. */
class Answer {
  buffer: Buffer = Buffer.allocUnsafe(ANSWER_BYTES_MIN)
  messages = 0
  bytes = 0
  examinedBytes = 0
  fromDisk = false

  room(recordBytes: number): Buffer {
    this.examinedBytes += recordBytes
    const needed = this.bytes + recordBytes
    if (needed > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2))
      this.buffer.copy(grown, 0, 0, this.bytes)
      this.buffer = grown
    }
    return this.buffer
  }

  keep({ recordBytes }: QueueEntry, fromDisk: boolean): void {
    this.messages++
    this.bytes += recordBytes
    this.fromDisk ||= fromDisk
  }
}

/** Copies of the entries: the memory they come from is used again by the next append. */
async function entriesOf(queue: ConsumeQueue, offset: number, count: number): Promise<QueueEntry[]> {
  const view = queue.inMemory(offset) ?? (await queue.read(offset, count))
  return Array.from({ length: Math.min(count, view.count) }, (_, i) =>
    readEntry(view.buffer, view.position + i * ENTRY_BYTES),
  )
}

function resultOf(answer: Answer, nextBeginOffset: number, queue: ConsumeQueue): ReadResult {
  if (answer.messages === 0) return emptyResult('noMatched', nextBeginOffset, queue)
  return {
    status: 'found',
    nextBeginOffset,
    minOffset: queue.minOffset,
    maxOffset: queue.maxOffset,
    buffers: [answer.buffer.subarray(0, answer.bytes)],
    messageCount: answer.messages,
    bytes: answer.bytes,
    fromDisk: answer.fromDisk,
  }
}
