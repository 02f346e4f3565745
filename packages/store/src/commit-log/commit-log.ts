import { assert, type Clock, messageOf, type RocketeerError } from '@rocketeer/foundation'
import { encodeRecord, recordBytesMax } from '@rocketeer/protocol/record'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import { type DispatchFacts, isQueued } from '../dispatch/facts.js'
import { storeErrors } from '../errors.js'
import { type AppendListener, type MessageToStore, PendingAppend } from './append.js'
import { AppendGate } from './append-gate.js'
import { LogCommitter, type LogCommitterOptions } from './log-committer.js'
import type { LogFiles } from './log-files.js'
import type { LogTail } from './log-tail.js'
import { BLANK_BYTES, LogWriter } from './log-writer.js'

interface RawAppend {
  readonly bytes: Buffer
  readonly records: readonly DispatchFacts[]
  readonly endsWithRecord: boolean
}

const WITHOUT_ROLLING = { rolling: false }

export interface CommitLogOptions extends LogCommitterOptions {
  readonly files: LogFiles
  readonly tail: LogTail
  /** Tells store timestamps. */
  readonly clock: Clock
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
  readonly #writer: LogWriter
  readonly #committer: LogCommitter
  readonly #gate = new AppendGate()
  /** Encoded in this turn, not yet written; all of them lie in the current chunk of the tail. */
  #pending: PendingAppend[] = []
  /** Bytes copied from another log may end within a record. */
  #endsWithRecord = true
  /** What the log adds to the message being encoded. */
  readonly #stamp = { queueOffset: 0, physicalOffset: 0, storeTimestamp: 0 }

  constructor(options: CommitLogOptions) {
    const { files, tail, end } = options
    this.#options = options
    this.#files = files
    this.#committer = new LogCommitter(options, (error) =>
      this.#fence(`a flush to disk failed (${messageOf(error)})`),
    )
    this.#writer = new LogWriter({ files, tail, flusher: this.#committer.flusher, end })
  }

  get minOffset(): number {
    return this.#files.minOffset
  }

  /** Records before it are acknowledged and readable. */
  get commitOffset(): number {
    return this.#committer.offset
  }

  /** Everything before it is on disk. */
  get flushedEnd(): number {
    return this.#committer.flusher.flushedOffset
  }

  /** Where the next record goes. */
  get end(): number {
    return this.#writer.end
  }

  get bytesLeftInFile(): number {
    return this.#writer.bytesLeftInFile
  }

  /** Nothing was ever appended, not even in this turn. */
  get isEmpty(): boolean {
    return this.#files.bases.length === 0 && this.#writer.end === this.#writer.writtenEnd
  }

  /** Everything before it is in the files. */
  get writtenEnd(): number {
    return this.#writer.writtenEnd
  }

  /** Records committed since the log was opened. */
  get counts(): Readonly<{ appended: number; appendedBytes: number }> {
    return this.#committer.counts
  }

  /** Resolves with true when the log is on disk up to `offset`. */
  flushTo(offset: number): Promise<boolean> {
    return this.#committer.flushTo(offset)
  }

  /** Why appends are refused, if they are. */
  get refusal(): RocketeerError | undefined {
    return this.#gate.refusal
  }

  /** Refuses appends with `reason` until it is called with undefined. */
  refuse(reason: RocketeerError | undefined): void {
    this.#gate.refuse(reason)
  }

  /** Never throws; `done` may be called before this returns when the message is refused. */
  append(message: MessageToStore, queue: ConsumeQueue, done: AppendListener): void {
    let entry: PendingAppend
    try {
      const { refusal } = this.#gate
      if (refusal) throw refusal
      if (!this.#endsWithRecord) throw storeErrors.LOG_ENDS_IN_RECORD({ offset: this.end })
      entry = this.#encode(message, queue)
    } catch (error) {
      done(error as Error, undefined)
      return
    }
    entry.done = done
    if (this.#pending.push(entry) === 1) setImmediate(() => this.#endTurn())
  }

  /** Calls `listener` with the end of what is written each time a turn has brought something to the files. */
  onWritten(listener: (writtenEnd: number) => void): () => void {
    return this.#committer.onWritten(listener)
  }

  /**
   * Puts bytes copied from another log behind the end, within one file; `records` are those that end in them. Throws why
   * it cannot; the log is as before then.
   */
  appendRaw({ bytes, records, endsWithRecord }: RawAppend): void {
    this.#endTurn()
    if (this.#gate.refusal) throw this.#gate.refusal
    const writer = this.#writer
    if (!writer.hasRoom(bytes.length)) writer.makeRoom(bytes.length)
    bytes.copy(writer.chunk.buffer, writer.chunk.used)
    writer.accept(bytes.length)
    if (!this.#write()) throw this.#gate.refusal
    writer.leaveFullFile()
    this.#endsWithRecord = endsWithRecord
    this.#committer.add(records, writer.writtenEnd)
    this.#committer.reportWritten(writer.writtenEnd)
  }

  /** Lets a log that is empty begin at `offset`, the start of a file. */
  beginAt(offset: number): void {
    assert(this.isEmpty, 'only an empty log begins elsewhere')
    this.#writer.beginAt(offset)
    this.#committer.reset(offset)
  }

  /**
   * Makes the log end where `cut` says, durably. While `cut` cuts what is derived from the log, everything is on disk and
   * nothing is appended. Rejects with what fences the log.
   */
  async truncate(cut: () => Promise<number>): Promise<number> {
    if (this.#gate.isFinal) throw this.#gate.refusal
    this.#endTurn()
    return this.#gate.refuseWhile(storeErrors.LOG_BEING_CUT({}), () => this.#cut(cut))
  }

  /** Writes and flushes everything that was appended. */
  async drain(): Promise<void> {
    this.#endTurn()
    await this.#gate.repair
    await this.#committer.flushTo(this.#writer.writtenEnd)
  }

  /** After it no append is taken and everything taken is on disk. */
  async close(): Promise<void> {
    this.#gate.close(storeErrors.STORE_CLOSED({ path: this.#files.directory }))
    await this.drain()
    await this.#committer.close()
    await this.#writer.close()
    await this.#files.close()
  }

  #encode(message: MessageToStore, queue: ConsumeQueue): PendingAppend {
    const bytesMax = recordBytesMax(message)
    const queued = isQueued(message.sysFlag)
    const stamp = this.#stamp
    stamp.queueOffset = queued ? queue.nextOffset : 0
    stamp.storeTimestamp = this.#options.clock.now()

    let recordBytes = this.#encodeAtEnd(message, bytesMax)
    if (recordBytes + BLANK_BYTES > this.#writer.bytesLeftInFile) {
      if (recordBytes + BLANK_BYTES > this.#files.fileBytes) {
        const largest = this.#files.fileBytes - BLANK_BYTES
        throw storeErrors.MESSAGE_TOO_LARGE({ bytes: recordBytes, bytesMax: largest })
      }
      if (!this.#write({ rolling: true })) throw this.#gate.refusal
      recordBytes = this.#encodeAtEnd(message, bytesMax)
    }
    this.#writer.accept(recordBytes)
    if (queued) queue.nextOffset++
    return new PendingAppend(message, queue, {
      status: 'ok',
      queueOffset: stamp.queueOffset,
      physicalOffset: stamp.physicalOffset,
      storeTimestamp: stamp.storeTimestamp,
      recordBytes,
    })
  }

  /** Encodes behind what is there, without making it part of the log yet. */
  #encodeAtEnd(message: MessageToStore, bytesMax: number): number {
    if (!this.#writer.hasRoom(bytesMax)) {
      if (!this.#write()) throw this.#gate.refusal
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
    this.#committer.add(records, this.#writer.writtenEnd)
    return true
  }

  #endTurn(): void {
    if (this.#writer.end > this.#writer.writtenEnd) this.#write()
    this.#committer.reportWritten(this.#writer.writtenEnd)
  }

  /**
   * Part of the records may stand in the file: they must neither be served nor come back after a restart, so the file
   * is cleared there before anything else is taken.
   */
  #undoWrite(records: PendingAppend[], cause: unknown): void {
    const path = this.#files.directory
    const failure = storeErrors.WRITE_FAILED({ path, reason: messageOf(cause) }, cause)
    void this.#gate.refuseWhile(failure, () => this.#clearBehind())
    this.#takeBack(records, failure)
  }

  async #clearBehind(): Promise<void> {
    try {
      await this.#writer.clearBehind()
    } catch (error) {
      this.#fence(`a failed write could not be undone (${messageOf(error)})`)
    }
  }

  async #cut(cut: () => Promise<number>): Promise<number> {
    await this.#committer.flushTo(this.#writer.writtenEnd)
    if (this.#gate.isFinal) throw this.#gate.refusal
    try {
      const end = await cut()
      await this.#writer.truncate(end)
      this.#committer.reset(end)
      this.#endsWithRecord = true
      return end
    } catch (error) {
      this.#fence(`the log could not be cut (${messageOf(error)})`)
      throw this.#gate.refusal
    }
  }

  /** Removes what is not written from the log and gives the queue offsets back. */
  #takeBack(records: PendingAppend[], failure: RocketeerError): void {
    this.#writer.dropUnwritten()
    for (const { sysFlag, queue, queueOffset } of records) {
      if (isQueued(sysFlag)) queue.nextOffset = Math.min(queue.nextOffset, queueOffset)
    }
    for (const record of records) record.done?.(failure, undefined)
  }

  #fence(reason: string): void {
    const error = storeErrors.STORE_FENCED({ reason })
    this.#gate.fence(error)
    this.#options.onFenced(reason)
    const pending = this.#pending
    this.#pending = []
    this.#takeBack(pending, error)
    // Under flush mode `async` what was written in this turn counts as stored.
    this.#committer.reportWritten(this.#writer.writtenEnd)
    this.#committer.fail(error)
  }
}
