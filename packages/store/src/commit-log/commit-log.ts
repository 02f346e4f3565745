import type { DiskFile } from '@rocketeer/files'
import { assert, messageOf, type RocketeerError } from '@rocketeer/foundation'
import {
  BLANK_MAGIC,
  encodeRecord,
  recordBytesMax,
  SysFlag,
  transactionTypeOf,
} from '@rocketeer/protocol/record'
import { storeErrors } from '../errors.js'
import type { AppendListener, MessageToStore, OffsetSequence, PendingAppend } from './append.js'
import { FlushWaiters } from './flush-waiters.js'
import type { LogFiles } from './log-files.js'
import { LogFlusher } from './log-flusher.js'
import type { LogTail } from './log-tail.js'

/** Every file ends with a blank record: its length and magic. Apache: END_FILE_MIN_BLANK_LENGTH. */
const BLANK_BYTES = 8

export interface CommitLogOptions<Queue extends OffsetSequence> {
  files: LogFiles
  tail: LogTail
  /** Where the log ends when it is opened. */
  end: number
  flushMode: 'ASYNC_FLUSH' | 'SYNC_FLUSH'
  flushIntervalMs: number
  flushTimeoutMs: number
  messageBytesMax: number
  /** Records became readable, in the order of the log: written (ASYNC_FLUSH) or on disk (SYNC_FLUSH). */
  onStored: (entries: readonly PendingAppend<Queue>[]) => void
  onFenced: (reason: string) => void
}

/**
 * Takes records of all topics in one sequence. What one turn of the event loop brings is encoded into the tail, written
 * with one call at the end of the turn and answered then, or after the flush. Single writer: the event loop.
 * Apache: CommitLog.
 */
export class CommitLog<Queue extends OffsetSequence> {
  readonly #files: LogFiles
  readonly #tail: LogTail
  readonly #options: CommitLogOptions<Queue>
  readonly #flusher: LogFlusher
  readonly #waiters: FlushWaiters<Queue>
  /** Encoded in this turn, not yet written; all of them lie in the current chunk of the tail. */
  #pending: PendingAppend<Queue>[] = []
  /** Readable, to be announced at the end of the turn: listeners may append, which must not happen within an append. */
  #stored: PendingAppend<Queue>[] = []
  /** Where the next record goes. */
  #end: number
  /** Up to here the file holds the log. */
  #written: number
  /** End of the file that takes records now. */
  #fileEnd: number
  #active: DiskFile | undefined
  #refusal: RocketeerError | undefined
  /** Set while a failed write is undone. */
  #mending: Promise<void> | undefined
  readonly #place = { queueOffset: 0, physicalOffset: 0, storeTimestamp: 0 }

  constructor(options: CommitLogOptions<Queue>) {
    this.#options = options
    this.#files = options.files
    this.#tail = options.tail
    this.#end = options.end
    this.#written = options.end
    this.#fileEnd = this.#files.baseOf(options.end) + this.#files.fileBytes
    this.#waiters = new FlushWaiters(options.flushTimeoutMs)
    this.#flusher = new LogFlusher({
      intervalMs: options.flushIntervalMs,
      flushed: options.end,
      onFlushed: (offset) => this.#onFlushed(offset),
      onFailed: (error) => this.#fence(`a flush to disk failed (${messageOf(error)})`),
    })
  }

  get minOffset(): number {
    return this.#files.minOffset
  }

  /** One past the last byte readers may see. */
  get readableEnd(): number {
    return this.#options.flushMode === 'SYNC_FLUSH' ? this.#flusher.flushedOffset : this.#written
  }

  /** Everything before it is on disk. */
  get flushedEnd(): number {
    return this.#flusher.flushedOffset
  }

  get writtenEnd(): number {
    return this.#written
  }

  /** Resolves with true when the log is on disk up to `offset`. */
  async flushTo(offset: number): Promise<boolean> {
    await this.#flusher.flushTo(offset)
    return this.#flusher.flushedOffset >= offset
  }

  /** Why appends are refused, if they are. */
  get refusal(): RocketeerError | undefined {
    return this.#refusal
  }

  /** Refuses appends with `reason` until it is called with undefined; a fenced log stays fenced. */
  refuse(reason: RocketeerError | undefined): void {
    const kept = this.#refusal?.code === 'STORE_FENCED' || this.#refusal?.code === 'STORE_CLOSED'
    if (!kept && !this.#mending) this.#refusal = reason
  }

  /** Never throws; `done` may be called before this returns when the message is refused. */
  append(message: MessageToStore, queue: Queue, now: number, done: AppendListener): void {
    let entry: PendingAppend<Queue>
    try {
      if (this.#refusal) throw this.#refusal
      if (message.body.length > this.#options.messageBytesMax) {
        const bytesMax = this.#options.messageBytesMax
        throw storeErrors.MESSAGE_TOO_LARGE({ bytes: message.body.length, bytesMax })
      }
      entry = this.#encode(message, queue, now, done)
    } catch (error) {
      done(error as Error, undefined)
      return
    }
    if (this.#pending.push(entry) === 1) setImmediate(() => this.#endTurn())
  }

  /** Writes and flushes everything that was appended. */
  async drain(): Promise<void> {
    this.#endTurn()
    await this.#mending
    await this.#flusher.flushTo(this.#written)
  }

  /** After it no append is taken and everything taken is on disk. */
  async close(): Promise<void> {
    this.refuse(storeErrors.STORE_CLOSED({ path: this.#files.directory }))
    await this.drain()
    await this.#flusher.close()
    this.#waiters.close()
    await this.#active?.close()
    await this.#files.close()
  }

  #encode(message: MessageToStore, queue: Queue, now: number, done: AppendListener): PendingAppend<Queue> {
    const bytesMax = recordBytesMax(message)
    const type = transactionTypeOf(message.sysFlag)
    const queued = type !== SysFlag.TRANSACTION_PREPARED && type !== SysFlag.TRANSACTION_ROLLBACK
    const place = this.#place
    place.queueOffset = queued ? queue.nextOffset : 0
    place.storeTimestamp = now

    let recordBytes = this.#encodeAtEnd(message, bytesMax)
    if (recordBytes + BLANK_BYTES > this.#fileEnd - this.#end) {
      if (recordBytes + BLANK_BYTES > this.#files.fileBytes) {
        const largest = this.#files.fileBytes - BLANK_BYTES
        throw storeErrors.MESSAGE_TOO_LARGE({ bytes: recordBytes, bytesMax: largest })
      }
      this.#rollFile()
      // The failed write that a roll may bring gives offsets back.
      place.queueOffset = queued ? queue.nextOffset : 0
      recordBytes = this.#encodeAtEnd(message, bytesMax)
    }
    const physicalOffset = this.#end
    this.#tail.current.used += recordBytes
    this.#end += recordBytes
    if (queued) queue.nextOffset++
    return {
      message,
      queue,
      queued,
      result: {
        status: 'ok',
        queueOffset: place.queueOffset,
        physicalOffset,
        storeTimestamp: now,
        recordBytes,
      },
      done,
    }
  }

  /** Encodes behind what is there, without making it part of the log yet. */
  #encodeAtEnd(message: MessageToStore, bytesMax: number): number {
    if (!this.#tail.fits(this.#end, bytesMax)) {
      if (!this.#write(0)) throw this.#refusal
      this.#tail.advance(this.#end, bytesMax)
    }
    this.#place.physicalOffset = this.#end
    const { buffer, used } = this.#tail.current
    return encodeRecord(buffer, used, message, this.#place)
  }

  /** Ends the file with a blank record; what is appended next starts the next file. */
  #rollFile(): void {
    const { buffer, used } = this.#tail.current
    buffer.writeInt32BE(this.#fileEnd - this.#end, used)
    buffer.writeInt32BE(BLANK_MAGIC, used + 4)
    if (!this.#write(BLANK_BYTES)) throw this.#refusal
    this.#end = this.#fileEnd
    this.#written = this.#fileEnd
    this.#fileEnd += this.#files.fileBytes
    this.#flusher.wrote(this.#activeFile(), this.#written)
    this.#flusher.retire(this.#activeFile())
    this.#active = undefined
  }

  /** Writes what is pending and `extraBytes` behind it. Returns false when that failed: nothing pending is left then. */
  #write(extraBytes: number): boolean {
    const bytes = this.#end - this.#written + extraBytes
    if (bytes === 0) return true
    const entries = this.#pending
    this.#pending = []
    try {
      const file = this.#activeFile()
      const chunk = this.#tail.current
      file.writeSync(chunk.buffer, this.#written - chunk.start, bytes, this.#positionOf(this.#written))
      this.#written = this.#end
      this.#flusher.wrote(file, this.#written)
    } catch (error) {
      this.#undoWrite(entries, bytes, error)
      return false
    }
    if (this.#options.flushMode === 'SYNC_FLUSH') {
      this.#waiters.add(entries, this.#written)
      this.#flusher.flushNow()
    } else {
      this.#stored = this.#stored.length === 0 ? entries : this.#stored.concat(entries)
      this.#flusher.flushLater()
    }
    return true
  }

  #endTurn(): void {
    this.#write(0)
    if (this.#stored.length === 0) return
    const stored = this.#stored
    this.#stored = []
    this.#options.onStored(stored)
  }

  #activeFile(): DiskFile {
    if (!this.#active) {
      this.#active = this.#files.openForAppend(this.#written)
      this.#files.prepareNext(() => {})
    }
    return this.#active
  }

  #positionOf(offset: number): number {
    return offset - this.#fileEnd + this.#files.fileBytes
  }

  #onFlushed(offset: number): void {
    const entries = this.#waiters.take(offset)
    if (entries.length > 0) this.#options.onStored(entries)
  }

  /**
   * Part of the records may stand in the file: they must neither be served nor come back after a restart, so the file
   * is cut there before anything else is taken.
   */
  #undoWrite(entries: PendingAppend<Queue>[], bytes: number, cause: unknown): void {
    const path = this.#files.directory
    const failure = storeErrors.WRITE_FAILED({ path, reason: messageOf(cause) }, cause)
    this.#refusal = failure
    this.#mending = this.#mend(this.#written, bytes).finally(() => {
      this.#mending = undefined
    })
    this.#takeBack(entries, failure)
  }

  /** Removes what is not written from the log and gives the queue offsets back. */
  #takeBack(entries: PendingAppend<Queue>[], failure: RocketeerError): void {
    if (this.#end > this.#written) this.#tail.current.used -= this.#end - this.#written
    this.#end = this.#written
    for (const { queued, queue, result } of entries) {
      if (queued) queue.nextOffset = Math.min(queue.nextOffset, result.queueOffset)
    }
    for (const entry of entries) entry.done?.(failure, undefined)
  }

  async #mend(end: number, bytes: number): Promise<void> {
    try {
      const position = this.#positionOf(end)
      assert(position + bytes <= this.#files.fileBytes, 'a write stays within its file')
      await this.#active?.truncate(position)
      await this.#active?.truncate(this.#files.fileBytes)
      if (this.#refusal?.code === 'WRITE_FAILED') this.#refusal = undefined
    } catch (error) {
      this.#fence(`a failed write could not be undone (${messageOf(error)})`)
    }
  }

  #fence(reason: string): void {
    const error = storeErrors.STORE_FENCED({ reason })
    this.#refusal = error
    this.#options.onFenced(reason)
    const pending = this.#pending
    this.#pending = []
    this.#takeBack(pending, error)
    for (const entry of this.#waiters.takeAll()) entry.done?.(error, undefined)
  }
}
