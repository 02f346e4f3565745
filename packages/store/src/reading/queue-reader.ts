import { isPossible, isRecordAt, isRecordOf } from '../commit-log/record-check.js'
import { ColdEntries } from '../consume-queue/cold-entries.js'
import type { ConsumeQueue, EntryView } from '../consume-queue/consume-queue.js'
import { ENTRY_BYTES, isBlankEntry, type QueueEntry, readEntry } from '../consume-queue/entry.js'
import { ENTRIES_SCANNED_MAX, FilteredReader, type ReadingNeeds } from './filtered-reader.js'
import type { ReadRequest } from './read-request.js'
import { emptyResult, isFull, type ReadResult } from './read-result.js'
import { type Piece, Slabs } from './slabs.js'

/** Chosen entries, in the order of the queue. */
interface Selection {
  entries: QueueEntry[]
  messages: number
  bytes: number
  nextBeginOffset: number
  fromDisk: boolean
  /** See `EntryView`. */
  entriesFromFiles: boolean
}

/** Reads messages by queue offset: entries of the consume queue first, then the records they point at. */
export class QueueReader {
  readonly #needs: ReadingNeeds
  readonly #filtered: FilteredReader
  readonly #cold = new ColdEntries()
  readonly #slabs = new Slabs()

  constructor(needs: ReadingNeeds) {
    this.#needs = needs
    this.#filtered = new FilteredReader(needs, this.#slabs)
  }

  /** Answers at once when everything is in memory and no record has to be looked at. */
  read(queue: ConsumeQueue | undefined, request: ReadRequest): ReadResult | Promise<ReadResult> {
    const { offset, filter } = request
    if (!queue || queue.maxOffset === 0) return emptyResult('noMessage', 0, queue)
    if (offset < queue.minOffset) return emptyResult('offsetTooSmall', queue.minOffset, queue)
    if (offset >= queue.maxOffset) return emptyResult('offsetOverflow', queue.maxOffset, queue)
    if (filter?.acceptsRecord) return this.#filtered.read(queue, request, filter.acceptsRecord)
    const view = queue.inMemory(offset) ?? this.#cold.known(queue, offset)
    return view ? this.#readEntries(queue, request, view) : this.#readCold(queue, request)
  }

  /** Forgets entries kept in memory: queues were cut. */
  forget(): void {
    this.#cold.forget()
  }

  async #readCold(queue: ConsumeQueue, request: ReadRequest): Promise<ReadResult> {
    const view = await this.#cold.read(queue, request.offset)
    return this.#readEntries(queue, request, view)
  }

  #readEntries(queue: ConsumeQueue, request: ReadRequest, view: EntryView): ReadResult | Promise<ReadResult> {
    const selection = this.#select(queue, request, view)
    const { entries, bytes } = selection
    if (entries.length === 0) return emptyResult('noMatched', selection.nextBeginOffset, queue)
    const piece = this.#slabs.take(bytes, request.borrows)
    let filled = 0
    for (const entry of entries) {
      if (!this.#needs.reader.copy(entry.physicalOffset, entry.recordBytes, piece.buffer, filled)) {
        return this.#readFromDisk(queue, selection, piece)
      }
      filled += entry.recordBytes
    }
    return this.#checked(queue, selection, piece)
  }

  #select(queue: ConsumeQueue, { offset, limits, filter }: ReadRequest, view: EntryView): Selection {
    const { config, log, damage } = this.#needs
    const accepts = filter?.accepts
    const selection: Selection = {
      entries: [],
      messages: 0,
      bytes: 0,
      nextBeginOffset: offset,
      fromDisk: false,
      entriesFromFiles: view.fromFiles,
    }
    const memoryStart = log.commitOffset - config.memoryDistanceBytes
    const scanned = Math.min(view.count, Math.max(ENTRIES_SCANNED_MAX, limits.messagesMax))
    for (let i = 0; i < scanned; i++) {
      const entry = readEntry(view.buffer, view.position + i * ENTRY_BYTES, offset + i)
      const fromDisk = entry.physicalOffset < memoryStart
      const isBlank = isBlankEntry(entry)
      const recordBytes = isBlank ? 0 : entry.recordBytes
      if (selection.messages > 0 && isFull(selection, recordBytes, fromDisk, limits, config)) break
      selection.nextBeginOffset++
      if (!isBlank && !isPossible(entry, log.commitOffset)) {
        damage.addEntry(queue, entry)
        continue
      }
      if (isBlank || (accepts && !accepts(entry.tagsCode))) continue
      selection.entries.push(entry)
      selection.messages++
      selection.bytes += entry.recordBytes
      selection.fromDisk ||= fromDisk
    }
    return selection
  }

  async #readFromDisk(queue: ConsumeQueue, selection: Selection, piece: Piece): Promise<ReadResult> {
    let filled = 0
    const { reader } = this.#needs
    const { buffer } = piece
    for (const { physicalOffset, recordBytes } of selection.entries) {
      // Most records lie in a block that is there by now: waiting for each would cost more than copying it.
      if (!reader.copy(physicalOffset, recordBytes, buffer, filled)) {
        await reader.read(physicalOffset, recordBytes, buffer, filled)
      }
      filled += recordBytes
    }
    return this.#checked(queue, selection, piece)
  }

  /** Nothing leaves the store unchecked: what is not the record it should be is left out and reported. */
  #checked(queue: ConsumeQueue, selection: Selection, { buffer, release }: Piece): ReadResult {
    const buffers: Buffer[] = []
    let bytes = 0
    let messageCount = 0
    let runStart = 0
    let position = 0
    // This process encoded or checked what is in memory; what comes from the disk is judged, its checksum included.
    const memoryStart = this.#needs.reader.memoryStart
    for (const entry of selection.entries) {
      const end = position + entry.recordBytes
      const fromDisk = entry.physicalOffset < memoryStart
      const isSound =
        fromDisk || selection.entriesFromFiles
          ? isRecordOf(buffer, position, entry, queue, fromDisk)
          : isRecordAt(buffer, position, entry.physicalOffset) &&
            buffer.readInt32BE(position) === entry.recordBytes
      if (isSound) messageCount++
      else {
        this.#needs.damage.addRecord(queue, entry)
        if (position > runStart) buffers.push(buffer.subarray(runStart, position))
        bytes += position - runStart
        runStart = end
      }
      position = end
    }
    if (position > runStart) buffers.push(runStart === 0 ? buffer : buffer.subarray(runStart, position))
    bytes += position - runStart
    if (messageCount === 0) {
      release?.()
      return emptyResult('noMatched', selection.nextBeginOffset, queue)
    }
    return {
      status: 'found',
      nextBeginOffset: selection.nextBeginOffset,
      minOffset: queue.minOffset,
      maxOffset: queue.maxOffset,
      buffers,
      release,
      messageCount,
      bytes,
      fromDisk: selection.fromDisk,
    }
  }
}
