import { assert, type Clock, messageOf, type RocketeerError } from '@rocketeer/foundation'
import { encodeRecord, recordBytesMax } from '@rocketeer/protocol/record'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import { isQueued } from '../dispatch/facts.js'
import { storeErrors } from '../errors.js'
import { type AppendListener, type MessageToStore, PendingAppend, type UncommittedRecord } from './append.js'
import { COMMIT_RULES, CommitPoint } from './commit-point.js'
import { CommitWaiters } from './commit-waiters.js'
import type { LogFiles } from './log-files.js'
import { LogFlusher } from './log-flusher.js'
import type { LogTail } from './log-tail.js'
import { BLANK_BYTES, LogWriter } from './log-writer.js'

const WITHOUT_ROLLING = { rolling: false }

export interface CommitLogOptions {
  readonly files: LogFiles
  readonly tail: LogTail
  /** Where the log ends when it is opened. */
  readonly end: number
  /** The time of the disk, see `StoreOptions.ioClock`. */
  readonly clock: Clock
  readonly flushMode: 'ASYNC_FLUSH' | 'SYNC_FLUSH'
  readonly flushIntervalMs: number
  readonly flushTimeoutMs: number
  readonly messageBytesMax: number
  /** Called with records that are committed from now on, in the order of the log. */
  readonly onCommitted: (records: readonly UncommittedRecord[]) => void
  readonly onFenced: (reason: string) => void
}

/**
 * Takes records of all topics in one sequence. What one turn of the event loop brings is encoded into the tail and
 * written with one call at the end of the turn; appends are answered when the commit point has passed their records.
 * Single writer: the event loop. Apache: CommitLog.
 */
export class CommitLog {
  readonly #files: LogFiles
  readonly #options: CommitLogOptions
  readonly #flusher: LogFlusher
  readonly #writer: LogWriter
  readonly #commitPoint: CommitPoint
  readonly #waiters: CommitWaiters
  readonly #writeListeners = new Set<(writtenEnd: number) => void>()
  /** What the commit point and the listeners know to be written. */
  #reportedEnd: number
  /** Encoded in this turn, not yet written; all of them lie in the current chunk of the tail. */
  #pending: PendingAppend[] = []
  #refusal: RocketeerError | undefined
  /** Set while a failed write is undone or the log is cut. */
  #mending: Promise<void> | undefined
  readonly #counts = { appended: 0, appendedBytes: 0 }
  /** What the log adds to the message being encoded. */
  readonly #stamp = { queueOffset: 0, physicalOffset: 0, storeTimestamp: 0 }

  constructor(options: CommitLogOptions) {
    const { files, tail, end, clock } = options
    this.#options = options
    this.#files = files
    this.#reportedEnd = end
    this.#commitPoint = new CommitPoint({
      rule: COMMIT_RULES[options.flushMode],
      start: end,
      onAdvance: (offset) => this.#onCommitted(offset),
    })
    this.#waiters = new CommitWaiters({
      clock,
      timeoutMs: options.flushTimeoutMs,
      awaitedHolder: () => this.#commitPoint.awaitedHolder,
    })
    this.#flusher = new LogFlusher({
      clock,
      intervalMs: options.flushIntervalMs,
      flushed: end,
      onFlushed: (offset) => this.#commitPoint.report('disk', offset),
      onFailed: (error) => this.#fence(`a flush to disk failed (${messageOf(error)})`),
    })
    this.#writer = new LogWriter({ files, tail, flusher: this.#flusher, end })
  }

  get minOffset(): number {
    return this.#files.minOffset
  }

  /** Records before it are acknowledged and readable. */
  get commitOffset(): number {
    return this.#commitPoint.offset
  }

  /** Everything before it is on disk. */
  get flushedEnd(): number {
    return this.#flusher.flushedOffset
  }

  /** Everything before it is in the files. */
  get writtenEnd(): number {
    return this.#writer.writtenEnd
  }

  /** Records committed since the log was opened. */
  get counts(): Readonly<{ appended: number; appendedBytes: number }> {
    return this.#counts
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
  append(message: MessageToStore, queue: ConsumeQueue, now: number, done: AppendListener): void {
    let entry: PendingAppend
    try {
      if (this.#refusal) throw this.#refusal
      if (message.body.length > this.#options.messageBytesMax) {
        const bytesMax = this.#options.messageBytesMax
        throw storeErrors.MESSAGE_TOO_LARGE({ bytes: message.body.length, bytesMax })
      }
      entry = this.#encode(message, queue, now)
    } catch (error) {
      done(error as Error, undefined)
      return
    }
    entry.done = done
    if (this.#pending.push(entry) === 1) setImmediate(() => this.#endTurn())
  }

  /** Calls `listener` with the end of what is written each time a turn has brought something to the files. */
  onWritten(listener: (writtenEnd: number) => void): () => void {
    this.#writeListeners.add(listener)
    return () => this.#writeListeners.delete(listener)
  }

  /** Writes and flushes everything that was appended. */
  async drain(): Promise<void> {
    this.#endTurn()
    await this.#mending
    await this.#flusher.flushTo(this.#writer.writtenEnd)
  }

  /** After it no append is taken and everything taken is on disk. */
  async close(): Promise<void> {
    this.refuse(storeErrors.STORE_CLOSED({ path: this.#files.directory }))
    await this.drain()
    await this.#flusher.close()
    this.#waiters.close()
    await this.#writer.close()
    await this.#files.close()
  }

  #encode(message: MessageToStore, queue: ConsumeQueue, now: number): PendingAppend {
    const bytesMax = recordBytesMax(message)
    const queued = isQueued(message.sysFlag)
    const stamp = this.#stamp
    stamp.queueOffset = queued ? queue.nextOffset : 0
    stamp.storeTimestamp = now

    let recordBytes = this.#encodeAtEnd(message, bytesMax)
    if (recordBytes + BLANK_BYTES > this.#writer.bytesLeftInFile) {
      if (recordBytes + BLANK_BYTES > this.#files.fileBytes) {
        const largest = this.#files.fileBytes - BLANK_BYTES
        throw storeErrors.MESSAGE_TOO_LARGE({ bytes: recordBytes, bytesMax: largest })
      }
      if (!this.#write({ rolling: true })) throw this.#refusal
      // The failed write that a roll may bring gives offsets back.
      stamp.queueOffset = queued ? queue.nextOffset : 0
      recordBytes = this.#encodeAtEnd(message, bytesMax)
    }
    this.#writer.accept(recordBytes)
    if (queued) queue.nextOffset++
    return new PendingAppend(message, queue, {
      status: 'ok',
      queueOffset: stamp.queueOffset,
      physicalOffset: stamp.physicalOffset,
      storeTimestamp: now,
      recordBytes,
    })
  }

  /** Encodes behind what is there, without making it part of the log yet. */
  #encodeAtEnd(message: MessageToStore, bytesMax: number): number {
    if (!this.#writer.hasRoom(bytesMax)) {
      if (!this.#write()) throw this.#refusal
      this.#writer.makeRoom(bytesMax)
    }
    this.#stamp.physicalOffset = this.#writer.end
    const { buffer, used } = this.#writer.chunk
    return encodeRecord(buffer, used, message, this.#stamp)
  }

  /** Writes what is pending, and ends the file if told so. Returns false when that failed: nothing pending is left then. */
  #write({ rolling } = WITHOUT_ROLLING): boolean {
    const records = this.#pending
    this.#pending = []
    try {
      if (rolling) this.#writer.rollFile()
      else this.#writer.write()
    } catch (error) {
      this.#undoWrite(records, error)
      return false
    }
    if (records.length > 0) this.#waiters.add(records, this.#writer.writtenEnd)
    if (this.#options.flushMode === 'SYNC_FLUSH') this.#flusher.flushNow()
    else this.#flusher.flushLater()
    return true
  }

  /** Only here the commit point hears of writes: listeners may append, which must not happen within an append. */
  #endTurn(): void {
    if (this.#writer.end > this.#writer.writtenEnd) this.#write()
    this.#reportWritten()
  }

  #reportWritten(): void {
    const { writtenEnd } = this.#writer
    if (writtenEnd === this.#reportedEnd) return
    this.#reportedEnd = writtenEnd
    this.#commitPoint.report('memory', writtenEnd)
    for (const listener of this.#writeListeners) listener(writtenEnd)
  }

  #onCommitted(offset: number): void {
    assert(offset <= this.#writer.writtenEnd, 'what is committed is written')
    const records = this.#waiters.take(offset)
    if (records.length === 0) return
    this.#counts.appended += records.length
    for (const { recordBytes } of records) this.#counts.appendedBytes += recordBytes
    this.#options.onCommitted(records)
  }

  /**
   * Part of the records may stand in the file: they must neither be served nor come back after a restart, so the file
   * is cleared there before anything else is taken.
   */
  #undoWrite(records: PendingAppend[], cause: unknown): void {
    const path = this.#files.directory
    const failure = storeErrors.WRITE_FAILED({ path, reason: messageOf(cause) }, cause)
    this.#refusal = failure
    this.#mending = this.#mend().finally(() => {
      this.#mending = undefined
    })
    this.#takeBack(records, failure)
  }

  /** Removes what is not written from the log and gives the queue offsets back. */
  #takeBack(records: PendingAppend[], failure: RocketeerError): void {
    this.#writer.dropUnwritten()
    for (const { sysFlag, queue, queueOffset } of records) {
      if (isQueued(sysFlag)) queue.nextOffset = Math.min(queue.nextOffset, queueOffset)
    }
    for (const record of records) record.done?.(failure, undefined)
  }

  async #mend(): Promise<void> {
    try {
      await this.#writer.clearBehind()
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
    // Under ASYNC_FLUSH what was written in this turn counts as stored.
    this.#reportWritten()
    for (const record of this.#waiters.takeAll()) record.done?.(error, undefined)
  }
}
